import {
  actorRef,
  applicationRegistryId,
  credentialId,
  type Page,
  type ProviderRevocationState,
  type RevokedToken,
  revokedTokenId,
  type TokenRevocation,
  type TokensToRevoke,
  tokenId,
  tokenRevocation,
  tokenRevocationId,
} from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError } from '../http/hub-error.ts';
import type { PageRequest } from '../http/page.ts';
import { explainRevocation } from './explain-revocation.ts';
import { REPEATABLE_MS, type RevocationQueue } from './revocation-queue.ts';
import type {
  EndedToken,
  Reason,
  RevocationRow,
  RevocationStore,
  RevokedTokenRow,
} from './revocation-store.ts';
import { scheduler } from './token-history.ts';
import type { SealedTokens } from './token-rotation.ts';

export interface TokenRevocationsParts {
  db: Db;
  store: RevocationStore;
  queue: RevocationQueue;
  audit: AuditLog;
  events: Pick<EventBus, 'publish' | 'publishAll'>;
  outbox: Outbox;
  now: () => Date;
}

/** Ending tokens, one or all of them: here at once, at their providers as soon as those answer. */
export class TokenRevocations {
  readonly #parts: TokenRevocationsParts;

  constructor(parts: TokenRevocationsParts) {
    this.#parts = parts;
  }

  /** @throws HubError `token.nothing_to_revoke` */
  async revoke(which: TokensToRevoke, caller: Caller): Promise<TokenRevocation> {
    const { db } = this.#parts;
    const ended = await db.transaction().execute((trx) => this.end(which, which.which, caller, trx));
    if (ended === undefined) {
      throw new HubError('token.nothing_to_revoke', {
        detail: 'None of the tokens meant is there any more, or all of them were revoked before.',
      });
    }
    return this.get(ended.id);
  }

  /** One that somebody waits for, so its provider is asked at once. @returns undefined when there was no token */
  async revokeOne(id: string, caller: Caller): Promise<RevokedToken | undefined> {
    const { db, store, queue } = this.#parts;
    const which = { which: 'matching', filter: { credentialId: credentialId.parse(id) } } as const;
    const ended = await db.transaction().execute((trx) => this.end(which, 'one', caller, trx));
    const item = ended?.tokens[0];
    if (item === undefined) return undefined;
    await queue.runOne(item.itemId);
    return this.#viewOf(found(await store.findToken(item.itemId), 'revoked token'));
  }

  /** Within a change that ends tokens, such as the deletion of their credential. */
  async end(
    which: TokensToRevoke,
    reason: Reason,
    { actor, requestId }: Caller,
    trx: Kysely<Database>,
  ): Promise<{ id: string; tokens: EndedToken[] } | undefined> {
    const { store, audit, events, outbox, now } = this.#parts;
    const id = newId('tokenRevocation');
    const tokens = await store.endTokens(which, { id, reason, at: now(), by: actor }, trx);
    if (tokens.length === 0) return undefined;
    const credentials = tokens.map((token) => ({
      id: credentialId.parse(token.credentialId),
      name: token.credentialName,
    }));
    await events.publishAll(
      [
        ...credentials.map((credential) => ({
          type: 'credential.token' as const,
          credentialId: credential.id,
          state: 'revoked' as const,
        })),
        { type: 'token-revocation.updated', tokenRevocationId: id },
      ],
      trx,
    );
    await outbox.publishAll(
      credentials.map((credential) => ({ type: 'token.revoked', data: { credential, actor } })),
      trx,
    );
    await audit.recordAll(
      tokens.map((token) => ({
        actor,
        requestId,
        action: 'token.revoked',
        subject: { type: 'credential', id: token.credentialId, name: token.credentialName },
        summary: `revoked the token of ${token.credentialName}`,
        after: { tokenRevocationId: id, reason },
      })),
      trx,
    );
    return { id, tokens };
  }

  /**
   * The answer of a refresh came after its token had ended here: nobody else knows these tokens, and at the provider
   * they are alive.
   */
  async endLate(place: { tokenId: string; version: number }, sealed: SealedTokens): Promise<boolean> {
    const { db, store, events, now } = this.#parts;
    return db.transaction().execute(async (trx) => {
      const id = newId('tokenRevocation');
      const draft = { id, reason: 'refreshed_too_late', at: now(), by: scheduler.actor } as const;
      if (!(await store.queueLate(place.tokenId, place.version, sealed, draft, trx))) return false;
      await events.publish({ type: 'token-revocation.updated', tokenRevocationId: id }, trx);
      return true;
    });
  }

  async get(id: string): Promise<TokenRevocation> {
    return revocationOf(found(await this.#parts.store.find(id), 'token revocation'));
  }

  async list(request: PageRequest & { q?: string | undefined }): Promise<Page<TokenRevocation>> {
    const page = await this.#parts.store.list(request);
    return { ...page, items: page.items.map(revocationOf) };
  }

  async listTokens(
    id: string,
    request: PageRequest & { q?: string | undefined; provider?: ProviderRevocationState | undefined },
  ): Promise<Page<RevokedToken>> {
    await this.get(id);
    const page = await this.#parts.store.listTokens(id, request);
    return { ...page, items: page.items.map((row) => this.#viewOf(row)) };
  }

  /** Asks the providers again that have refused. */
  async repeatFailed(id: string, { actor, requestId }: Caller): Promise<TokenRevocation> {
    const { db, store, audit, events, now } = this.#parts;
    await this.get(id);
    await db.transaction().execute(async (trx) => {
      const count = await store.requeueFailed(id, now(), trx);
      if (count === 0) {
        throw new HubError('token.nothing_to_revoke', {
          detail: 'No revocation failed of which something is left to send.',
        });
      }
      await events.publish(
        { type: 'token-revocation.updated', tokenRevocationId: tokenRevocationId.parse(id) },
        trx,
      );
      const subject = { type: 'token-revocation', id, name: null };
      const summary = `asked the providers again to revoke ${count === 1 ? 'one token' : `${count} tokens`}`;
      await audit.record(
        { actor, requestId, action: 'token-revocation.repeated', subject, summary, after: { count } },
        trx,
      );
    });
    return this.get(id);
  }

  #viewOf(row: RevokedTokenRow): RevokedToken {
    const isHeld = row.refresh_token_sealed !== null || row.access_token_sealed !== null;
    const repeatableUntil =
      row.state === 'failed' && isHeld && row.finished_at !== null
        ? new Date(row.finished_at.getTime() + REPEATABLE_MS).toISOString()
        : null;
    return {
      id: revokedTokenId.parse(row.id),
      revocationId: tokenRevocationId.parse(row.revocation_id),
      tokenId: tokenId.parse(row.token_id),
      credential: { id: credentialId.parse(row.credential_id), name: row.credential_name },
      applicationRegistry: {
        id: row.registry_id === null ? null : applicationRegistryId.parse(row.registry_id),
        name: row.registry_name,
      },
      provider: row.state,
      attempts: row.attempts,
      retryAt: row.retry_at?.toISOString() ?? null,
      repeatableUntil,
      ...explainRevocation(row),
      createdAt: row.created_at.toISOString(),
      finishedAt: row.finished_at?.toISOString() ?? null,
    };
  }
}

function revocationOf(row: RevocationRow): TokenRevocation {
  return tokenRevocation.parse({
    id: row.id,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    counts: row.counts,
  });
}
