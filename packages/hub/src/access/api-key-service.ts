import type { ApiKey, ApiKeyCreate, ApiKeyCreated, Page } from '@lockkeeper/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError, invalidField, invalidFields } from '../http/hub-error.ts';
import type { PageRequest } from '../http/page.ts';
import { type ApiKeyPrincipal, actorOf } from '../http/principal.ts';
import { isAddressRange, isInAnyRange } from './address-range.ts';
import { API_KEY_PREFIX, apiKeyOf, hintOf, principalOfKey } from './api-key.ts';
import type { ApiKeyMemory, UsableKey } from './api-key-memory.ts';
import * as store from './api-key-store.ts';
import type { AuditLog } from './audit-log.ts';
import { hashToken, newOneTimeToken } from './one-time-token.ts';

/** How exact the last use is; each one would be a write in the path of every call. */
const LAST_USE_MS = 60_000;

export interface ApiKeyServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: Pick<EventBus, 'publish'>;
  now: () => Date;
  /** Without it every request asks the database. */
  memory?: ApiKeyMemory;
  logger?: FastifyBaseLogger;
}

export type ApiKeyService = ReturnType<typeof createApiKeyService>;

export function createApiKeyService({ db, auditLog, events, now, memory, logger }: ApiKeyServiceOptions) {
  const foreignUses = new Map<string, number>();
  const usesNotedAtMs = new Map<string, number>();

  return {
    /** The key itself is in this answer and nowhere else. */
    create(input: ApiKeyCreate, { principal, requestId }: Caller): Promise<ApiKeyCreated> {
      const expiresAt = input.expiresAt === null ? null : new Date(input.expiresAt);
      if (expiresAt !== null && expiresAt <= now()) throw invalidField('expiresAt', 'must be in the future');
      refuseUnknownRanges(input.addressRanges);
      const { token, hash } = newOneTimeToken(API_KEY_PREFIX);
      const actor = actorOf(principal);
      return db.transaction().execute(async (trx) => {
        if (await store.isNameTaken(trx, input.name)) throw nameTaken();
        const row = {
          id: newId('apiKey'),
          name: input.name,
          hint: hintOf(token.reveal()),
          roles: [...new Set(input.roles)].sort(),
          tool_ids: [...new Set(input.toolIds)],
          may_write: input.mayWrite,
          address_ranges: [...new Set(input.addressRanges)],
          created_at: now(),
          expires_at: expiresAt,
          last_used_at: null,
          revoked_at: null,
        };
        await store.createApiKey(trx, { ...row, key_hash: hash, created_by: JSON.stringify(actor) });
        const apiKey = apiKeyOf({ ...row, created_by: actor });
        const { roles, toolIds, mayWrite, addressRanges } = apiKey;
        await auditLog.record(
          {
            actor,
            action: 'api_key.created',
            subject: { type: 'api_key', id: apiKey.id, name: apiKey.name },
            summary: `created the API key ${apiKey.name}`,
            after: { roles, toolIds, mayWrite, addressRanges, expiresAt: apiKey.expiresAt },
            requestId,
          },
          trx,
        );
        return { apiKey, key: token.reveal() };
      });
    },

    async list(query: PageRequest & { q?: string | undefined }): Promise<Page<ApiKey>> {
      const page = await store.listApiKeys(db, query);
      return { ...page, items: page.items.map(apiKeyOf) };
    },

    async get(id: string): Promise<ApiKey> {
      return apiKeyOf(found(await store.findApiKey(db, id), 'API key'));
    },

    /** Works no more from now on; revoking it again changes nothing. */
    revoke(id: string, { principal, requestId }: Caller): Promise<ApiKey> {
      return db.transaction().execute(async (trx) => {
        const revokedNow = await store.revokeApiKey(trx, id, now());
        const apiKey = apiKeyOf(found(await store.findApiKey(trx, id), 'API key'));
        if (revokedNow) {
          await events.publish({ type: 'principal.ended', principalId: id }, trx);
          await auditLog.record(
            {
              actor: actorOf(principal),
              action: 'api_key.revoked',
              subject: { type: 'api_key', id, name: apiKey.name },
              summary: `revoked the API key ${apiKey.name}`,
              requestId,
            },
            trx,
          );
        }
        return apiKey;
      });
    },

    /** @param from where the request came from, and which it is */
    async authenticate(
      key: string,
      from: { address: string; requestId: string },
    ): Promise<ApiKeyPrincipal | undefined> {
      if (!key.startsWith(API_KEY_PREFIX)) return undefined;
      const at = now();
      const hash = hashToken(key);
      const usable = await findUsable(hash, at);
      if (usable === undefined) return undefined;
      const { row, principal } = usable;
      if (row.address_ranges.length > 0 && !isInAnyRange(from.address, row.address_ranges)) {
        await noteForeignUse(row, from);
        return undefined;
      }
      noteUse(row, at);
      return principal;
    },
  };

  async function findUsable(hash: Buffer, at: Date): Promise<UsableKey | undefined> {
    const fromDatabase = async (): Promise<UsableKey | undefined> => {
      const row = await store.findUsableApiKey(db, hash, at);
      return row && { row, principal: principalOfKey(row) };
    };
    if (memory === undefined) return fromDatabase();
    const key = hash.toString('base64');
    const known = memory.find(key);
    // The database judges the end of a key; here only one that has not ended is of use.
    if (known !== undefined && (known.row.expires_at === null || known.row.expires_at > at)) return known;
    return memory.read(key, fromDatabase);
  }

  /** Nobody waits for it: it says when a key was used last, to the minute. */
  function noteUse({ id, last_used_at }: store.ApiKeyRow, at: Date): void {
    const notedAtMs = usesNotedAtMs.get(id) ?? last_used_at?.getTime() ?? Number.NEGATIVE_INFINITY;
    if (at.getTime() - notedAtMs <= LAST_USE_MS) return;
    usesNotedAtMs.set(id, at.getTime());
    store.noteUse(db, id, at).catch((error: unknown) => {
      logger?.warn({ err: error, apiKeyId: id }, 'the last use of an API key could not be written');
    });
  }

  /** Somebody has the key who should not; once a minute is enough to know, and no way to fill the log. */
  async function noteForeignUse(
    { id, name }: store.ApiKeyRow,
    { address, requestId }: { address: string; requestId: string },
  ): Promise<void> {
    const nowMs = now().getTime();
    if (nowMs - (foreignUses.get(id) ?? Number.NEGATIVE_INFINITY) < LAST_USE_MS) return;
    foreignUses.set(id, nowMs);
    await auditLog.record(
      {
        actor: { kind: 'api_key', id, name },
        action: 'api_key.refused',
        outcome: 'failure',
        subject: { type: 'api_key', id, name },
        summary: `was refused from ${address}, which is outside its address ranges`,
        requestId,
      },
      db,
    );
  }
}

function refuseUnknownRanges(ranges: readonly string[]): void {
  const message = 'must be an address, or a block such as 10.0.0.0/8';
  const errors = ranges.flatMap((range, index) =>
    isAddressRange(range) ? [] : [{ field: `addressRanges.${index}`, code: 'invalid', message }],
  );
  if (errors.length > 0) throw invalidFields(errors);
}

function nameTaken(): HubError {
  return new HubError('record.name_taken', {
    errors: [{ field: 'name', code: 'taken', message: 'is the name of another API key: choose another' }],
  });
}
