import { type ApiKey, actorRef, apiKeyId, toolId } from '@lockkeeper/contract';
import { z } from 'zod';
import type { ApiKeyPrincipal } from '../http/principal.ts';
import type { ApiKeyRow } from './api-key-store.ts';
import { storedRoles } from './role.ts';

/** So that a key found somewhere tells what it is, to people and to secret scanners. */
export const API_KEY_PREFIX = 'lk_';
const HINT_LENGTH = API_KEY_PREFIX.length + 6;

const storedToolIds = z.array(toolId);

/** Enough to tell keys apart, far too little to guess the rest. */
export function hintOf(key: string): string {
  return key.slice(0, HINT_LENGTH);
}

export function apiKeyOf(row: ApiKeyRow): ApiKey {
  return {
    id: apiKeyId.parse(row.id),
    name: row.name,
    roles: storedRoles.parse(row.roles),
    toolIds: storedToolIds.parse(row.tool_ids),
    mayWrite: row.may_write,
    addressRanges: row.address_ranges,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

export function principalOfKey(row: ApiKeyRow): ApiKeyPrincipal {
  const { id, name, roles, toolIds, mayWrite } = apiKeyOf(row);
  return { kind: 'api_key', id, name, roles, toolIds, mayWrite };
}
