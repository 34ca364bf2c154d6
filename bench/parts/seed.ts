import { randomBytes } from 'node:crypto';
import { createAccessAdmin, type Db, newId, parseMasterKeys, Secret } from '@lockkeeper/hub';
import { createVault } from '@lockkeeper/vault';
import { openKeyRing } from '../../packages/hub/src/keys/open-key-ring.ts';
import { tokenPlace } from '../../packages/hub/src/tokens/token.ts';

export interface Seeded {
  readonly masterKey: string;
  readonly apiKey: string;
  readonly credentialIds: readonly string[];
}

/** Credentials with tokens that may be handed out, as if somebody had consented to each. */
export async function seedCredentials(
  db: Db,
  count: number,
  { tokenUrl, expiresAt, refreshAt }: { tokenUrl: string; expiresAt: Date; refreshAt: Date },
): Promise<Seeded> {
  const masterKey = randomBytes(32).toString('base64');
  const masterKeys = parseMasterKeys(masterKey, undefined);
  const vault = createVault(await openKeyRing(db, async () => masterKeys));
  const at = new Date();
  const created = {
    created_at: at,
    created_by: JSON.stringify({ kind: 'system', id: null, name: 'bench' }),
    updated_at: at,
  };
  const registryId = newId('applicationRegistry');
  const sealedSecret = await vault.seal(new Secret('bench-client-secret'), {
    table: 'application_registries',
    rowId: registryId,
    column: 'client_secret',
    version: 1,
  });
  await db
    .insertInto('application_registries')
    .values({
      id: registryId,
      name: 'Bench',
      template: 'generic',
      application: 'Global',
      accessible_from: 'all_application_scopes',
      client_id: 'bench',
      client_secret_sealed: sealedSecret,
      client_secret_version: 1,
      client_secret_stored_at: at,
      public_client: false,
      default_grant_type: 'authorization_code',
      send_credentials: 'client_secret_basic',
      code_challenge_method: 'S256',
      refresh_token_lifespan_seconds: 8_640_000,
      extend_refresh_token_expiry: false,
      authorization_url: new URL('/authorize', tokenUrl).href,
      token_url: tokenUrl,
      token_revocation_url: null,
      issuer: null,
      redirect_url_mode: 'plain',
      logo_url: null,
      comments: '',
      active: true,
      validation: null,
      ...created,
    })
    .execute();
  const profileId = newId('oauthEntityProfile');
  await db
    .insertInto('oauth_entity_profiles')
    .values({
      id: profileId,
      name: 'Bench',
      application_registry_id: registryId,
      grant_type: 'authorization_code',
      is_default: true,
      ...created,
    })
    .execute();
  const credentialIds = Array.from({ length: count }, () => newId('credential'));
  const issuedAt = new Date(at.getTime() - 60_000);
  for (let from = 0; from < count; from += 500) {
    const ids = credentialIds.slice(from, from + 500);
    await db
      .insertInto('credentials')
      .values(
        ids.map((id) => ({
          id,
          type: 'oauth2' as const,
          name: `Bench ${id}`,
          active: true,
          profile_id: profileId,
          applies_to: 'all' as const,
          sort_order: 100,
          allow_token_hand_out: true,
          ...created,
        })),
      )
      .execute();
    const tokens = await Promise.all(
      ids.map(async (credential_id) => {
        const id = newId('token');
        const seal = (column: 'access_token' | 'refresh_token', value: string) =>
          vault.seal(new Secret(value), tokenPlace(id, column, 1));
        return {
          id,
          credential_id,
          state: 'available' as const,
          version: 1,
          access_token_sealed: await seal('access_token', `bench-access-${randomBytes(48).toString('hex')}`),
          access_token_version: 1,
          refresh_token_sealed: await seal('refresh_token', `${credential_id}.1`),
          refresh_token_version: 1,
          issued_at: issuedAt,
          expires_at: expiresAt,
          refresh_at: refreshAt,
          refresh_token_expires_at: new Date(at.getTime() + 90 * 86_400_000),
          scopes_asked: [],
          scopes_granted: null,
          last_refresh_at: null,
          created_at: at,
          updated_at: at,
        };
      }),
    );
    await db.insertInto('tokens').values(tokens).execute();
  }
  const { key } = await createAccessAdmin({ db, publicUrl: new URL('http://localhost') }).createApiKey({
    name: 'bench',
    roles: ['integration'],
    toolIds: [],
    mayWrite: false,
    expiresAt: null,
  });
  await db.updateTable('credentials').set({ updated_at: at }).execute();
  return { masterKey, apiKey: key, credentialIds };
}
