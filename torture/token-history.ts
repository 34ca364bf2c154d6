import type { Db } from '@lockkeeper/hub';
import { createVault, parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { z } from 'zod';
import { openKeyRing } from '../packages/hub/src/keys/open-key-ring.ts';
import { tokenPlace } from '../packages/hub/src/tokens/token.ts';

const heldSchema = z.object({
  number: z.number(),
  at: z.date(),
  by: z.string(),
  credential_id: z.string(),
  token_id: z.string(),
  state: z.string(),
  version: z.number(),
  lease_id: z.string().nullable(),
  refresh_token_sealed: z.string().nullable(),
  refresh_token_version: z.number().nullable(),
});

/** What the database held of a credential's token from then on. */
export interface HeldToken {
  readonly number: number;
  readonly atMs: number;
  /** The name of the connection that wrote it: `instance-1`. */
  readonly by: string;
  readonly credentialId: string;
  readonly state: string;
  readonly version: number;
  readonly leaseId: string | undefined;
  readonly refreshToken: string | undefined;
}

/** Keeps every state of every token: each is written by the transaction that makes it, so none is there that was not. */
export async function keepTokenHistory(db: Db): Promise<void> {
  await sql
    .raw(
      `create schema torture;
       create table torture.history (
         number bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
         by text not null, credential_id text not null, token_id text not null, state text not null,
         version integer not null, lease_id text, refresh_token_sealed text, refresh_token_version integer
       );
       create function torture.keep() returns trigger language plpgsql as $$
         begin
           insert into torture.history
             (by, credential_id, token_id, state, version, lease_id, refresh_token_sealed, refresh_token_version)
           values (current_setting('application_name'), new.credential_id, new.id, new.state, new.version,
             new.lease_id, new.refresh_token_sealed, new.refresh_token_version);
           return null;
         end $$;
       create trigger torture_keep after insert or update on tokens
         for each row execute function torture.keep();`,
    )
    .execute(db);
}

/** With the refresh tokens opened, to compare them with what the provider knows. */
export async function readTokenHistory(db: Db, masterKey: string): Promise<HeldToken[]> {
  const keys = parseMasterKeys(masterKey, undefined);
  const vault = createVault(await openKeyRing(db, async () => keys));
  const { rows } = await sql`select * from torture.history order by number`.execute(db);
  const opened = new Map<string, string>();
  const open = async (tokenId: string, sealed: string, version: number) => {
    const known = opened.get(sealed);
    if (known !== undefined) return known;
    const secret = await vault.open(sealed, tokenPlace(tokenId, 'refresh_token', version));
    opened.set(sealed, secret.reveal());
    return secret.reveal();
  };
  const held: HeldToken[] = [];
  for (const row of z.array(heldSchema).parse(rows)) {
    const { refresh_token_sealed: sealed, refresh_token_version: version } = row;
    held.push({
      number: row.number,
      atMs: row.at.getTime(),
      by: row.by,
      credentialId: row.credential_id,
      state: row.state,
      version: row.version,
      leaseId: row.lease_id ?? undefined,
      refreshToken:
        sealed === null || version === null ? undefined : await open(row.token_id, sealed, version),
    });
  }
  return held;
}

/**
 * As time does it: what this instance had leased when it was stopped is free again. A lease lasts longer than a run can
 * wait.
 */
export async function endLeases(db: Db, by: string, untilMs: number): Promise<void> {
  await sql`
    update tokens set lease_until = clock_timestamp() - interval '1 ms'
    where lease_id in (select lease_id from torture.history where by = ${by} and at <= ${new Date(untilMs)} and lease_id is not null)
  `.execute(db);
}
