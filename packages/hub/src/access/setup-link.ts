import type { ActorRef, Invitation, InvitationCreate, Role } from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import { hashToken, newOneTimeToken } from './one-time-token.ts';
import { storedRoles } from './role.ts';
import { hasUsers, lockUsers } from './user-store.ts';

type Db = Kysely<Database>;

const DAY_MS = 24 * 60 * 60 * 1000;

interface LinkFacts {
  publicUrl: URL;
  now: Date;
  createdBy: ActorRef;
}

/** What a link allows whoever redeems it to become. */
export interface SetupLink {
  purpose: 'first_admin' | 'invitation';
  /** The only address that may redeem it; null for the first administrator. */
  email: string | null;
  roles: Role[];
}

/**
 * The link that makes the first administrator; there is no default password. A new one replaces the old.
 * @returns undefined once anybody exists
 */
export async function createFirstAdminLink(trx: Db, facts: LinkFacts): Promise<Invitation | undefined> {
  await lockUsers(trx);
  if (await hasUsers(trx)) return undefined;
  await trx.deleteFrom('setup_links').where('purpose', '=', 'first_admin').execute();
  return insertLink(trx, { purpose: 'first_admin', email: null, roles: ['admin'] }, DAY_MS, facts);
}

/** A second invitation of the same person replaces the first. */
export async function createInvitationLink(
  trx: Db,
  { email, roles }: Pick<InvitationCreate, 'email' | 'roles'>,
  facts: LinkFacts,
): Promise<Invitation> {
  const link: SetupLink = { purpose: 'invitation', email: email.toLowerCase(), roles };
  await trx.deleteFrom('setup_links').where('email', '=', link.email).execute();
  return insertLink(trx, link, 7 * DAY_MS, facts);
}

/** Takes the link out of the world; what it allowed comes back unless the transaction fails. */
export async function redeemLink(trx: Db, token: string, now: Date): Promise<SetupLink | undefined> {
  const row = await trx
    .deleteFrom('setup_links')
    .where('token_hash', '=', hashToken(token))
    .where('expires_at', '>', now)
    .returning(['purpose', 'email', 'roles'])
    .executeTakeFirst();
  return row === undefined ? undefined : { ...row, roles: storedRoles.parse(row.roles) };
}

async function insertLink(trx: Db, link: SetupLink, lifeMs: number, facts: LinkFacts): Promise<Invitation> {
  const { token, hash } = newOneTimeToken();
  const expiresAt = new Date(facts.now.getTime() + lifeMs);
  await trx
    .insertInto('setup_links')
    .values({
      token_hash: hash,
      purpose: link.purpose,
      email: link.email,
      roles: [...new Set(link.roles)],
      created_by: JSON.stringify(facts.createdBy),
      created_at: facts.now,
      expires_at: expiresAt,
    })
    .execute();
  // In the fragment, which browsers send to nobody: no log, no Referer.
  const url = new URL('/setup', facts.publicUrl);
  url.hash = token.reveal();
  return { url: url.href, expiresAt: expiresAt.toISOString() };
}
