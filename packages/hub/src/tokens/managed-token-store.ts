import {
  applicationRegistryId,
  credentialId,
  type ManagedToken,
  type ManagedTokenFilter,
  oauthEntityProfileId,
  type Page,
  providerRevocationState,
  tokenId,
  toolId,
} from '@lockkeeper/contract';
import { findProvider } from '@lockkeeper/oauth';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import { fetchPage, type PageRequest } from '../http/page.ts';
import { endsAt, tokensMatching, unusedSince } from './managed-token-query.ts';
import { tokenOf } from './token.ts';
import { tokenView } from './token-view.ts';

const toolsOfToken = z.array(z.object({ id: toolId, name: z.string() }));

/** What needs somebody comes first. */
const urgency = sql<number>`array_position(
  array['needs_authorization', 'uncertain', 'refreshing', 'available', 'revoked'], token.state)`;
const never = sql`'-infinity'::timestamptz`;
const endless = sql`'infinity'::timestamptz`;

const order = {
  sortable: {
    name: sql`lower(credential.name)`,
    state: urgency,
    expiresAt: sql`coalesce(token.expires_at, ${endless})`,
    endsAt: sql`coalesce(${endsAt}, ${endless})`,
    lastUsedAt: sql`coalesce(token.last_used_at, ${never})`,
    unusedSince,
    lastRefreshAt: sql`coalesce(token.last_refresh_at, ${never})`,
    grantedAt: sql`token.granted_at`,
  },
  id: sql<string>`token.id`,
};
export const managedTokenSorts = Object.keys(order.sortable) as (keyof typeof order.sortable)[];

/** One page of all tokens, revoked ones too. */
export async function listManagedTokens(
  db: Db,
  filter: ManagedTokenFilter & PageRequest,
  now: Date,
): Promise<Page<ManagedToken>> {
  const query = managedTokens(db, filter, now);
  const page = await fetchPage(query, order, filter);
  return { ...page, items: page.items.map((row) => managedTokenOf(row, now)) };
}

export async function findManagedToken(db: Db, id: string, now: Date): Promise<ManagedToken | undefined> {
  const row = await managedTokens(db, {}, now).where('token.id', '=', id).executeTakeFirst();
  return row && managedTokenOf(row, now);
}

function managedTokens(db: Db, filter: ManagedTokenFilter, now: Date) {
  return tokensMatching(db, filter, now)
    .selectAll('token')
    .select([
      'credential.name as credential_name',
      'credential.active as credential_active',
      'credential.canary as canary',
      'profile.id as profile_id',
      'profile.name as profile_name',
      'registry.id as registry_id',
      'registry.name as registry_name',
      'registry.template as template',
      unusedSince.as('unused_since'),
      endsAt.as('ends_at'),
      sql<unknown>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', tools.id, 'name', tools.name) order by tools.name), '[]')
        from tools where tools.credential_id = credential.id
      )`.as('tools'),
      sql<unknown>`(
        select state from revoked_tokens where token_id = token.id order by created_at desc limit 1
      )`.as('provider_revocation'),
    ]);
}

type ManagedTokenRow = Awaited<ReturnType<ReturnType<typeof managedTokens>['executeTakeFirstOrThrow']>>;

function managedTokenOf(row: ManagedTokenRow, now: Date): ManagedToken {
  const token = tokenOf(row);
  return {
    id: tokenId.parse(row.id),
    credential: {
      id: credentialId.parse(row.credential_id),
      name: row.credential_name,
      active: row.credential_active,
      canary: row.canary,
    },
    applicationRegistry: { id: applicationRegistryId.parse(row.registry_id), name: row.registry_name },
    profile: { id: oauthEntityProfileId.parse(row.profile_id), name: row.profile_name },
    template: row.template,
    tools: toolsOfToken.parse(row.tools),
    grantedAt: row.granted_at.toISOString(),
    unusedSince: row.unused_since.toISOString(),
    endsAt: token.state === 'revoked' ? null : (row.ends_at?.toISOString() ?? null),
    token: tokenView(token, findProvider(row.template), now),
    providerRevocation: providerRevocationState.nullable().parse(row.provider_revocation),
  };
}
