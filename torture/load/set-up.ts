import { createAccessAdmin } from '@lockkeeper/hub';
import { LENIENT_CLIENT, STRICT_CLIENT } from '../provider/provider-truth.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import { type Answer, Client } from './client.ts';

export interface Actors {
  /** A signed-in browser of an admin: only that can consent. */
  readonly browser: Client;
  /** An API key of the role admin. */
  readonly admin: Client;
  /** An API key of the role integration: what uses tokens. */
  readonly program: Client;
}

export interface TokenCredential {
  readonly id: string;
  readonly client: string;
}

export interface SetUp {
  readonly actors: Actors;
  readonly profileIds: readonly string[];
  /** Those whose tokens are used; none has a token yet. */
  readonly credentials: readonly TokenCredential[];
}

/** People, registries and credentials, before anything is killed. */
export async function setUp(world: World, credentialCount: number, random: Random): Promise<SetUp> {
  const actors = await createActors(world, random);
  const { admin } = actors;
  const profileIds: string[] = [];
  const credentials: TokenCredential[] = [];
  for (const client of [STRICT_CLIENT, LENIENT_CLIENT]) {
    // The lenient one has the address of Bitbucket's token endpoint, so that it is treated as one.
    const base = client === LENIENT_CLIENT ? '/site/oauth2' : '/strict';
    const registry = await created(admin, '/api/v1/application-registries', {
      name: client,
      clientId: client,
      clientSecret: 'canary-torture-client-secret',
      template: client === LENIENT_CLIENT ? 'bitbucket-cloud' : 'generic',
      authorizationUrl: `${world.providerOrigin}${base}/authorize`,
      tokenUrl: `${world.providerOrigin}${base}/access_token`,
      tokenRevocationUrl: `${world.providerOrigin}/revoke`,
    });
    const profiles = await admin.send(
      'GET',
      `/api/v1/oauth-entity-profiles?applicationRegistryId=${registry.id}`,
    );
    const profileId: string = profiles?.json.items[0].id;
    profileIds.push(profileId);
    for (let index = 0; index < credentialCount / 2; index++) {
      const body = { name: `${client} ${index}`, profileId, allowTokenHandOut: true };
      credentials.push({ id: (await created(admin, '/api/v1/credentials', body)).id, client });
    }
  }
  return { actors, profileIds, credentials };
}

async function createActors({ database, instances, publicUrl }: World, random: Random): Promise<Actors> {
  const accessAdmin = createAccessAdmin({ db: database.db, publicUrl });
  const keyOf = async (role: 'admin' | 'integration') => {
    const wish = { name: role, roles: [role], toolIds: [], mayWrite: false, expiresAt: null };
    return { authorization: `Bearer ${(await accessAdmin.createApiKey(wish)).key}` };
  };
  const browser = new Client(instances, { origin: publicUrl.origin }, random.fork('browser'));
  const link = await accessAdmin.createSetupLink();
  await created(browser, '/api/v1/setup', {
    token: new URL(link?.url ?? '').hash.slice(1),
    name: 'Ada Admin',
    email: 'ada@example.com',
    password: 'canary-password-of-ada',
  });
  return {
    browser,
    admin: new Client(instances, await keyOf('admin'), random.fork('admin')),
    program: new Client(instances, await keyOf('integration'), random.fork('program')),
  };
}

async function created(client: Client, path: string, body: unknown): Promise<Answer['json']> {
  const answer = await client.send('POST', path, body);
  if (answer?.status !== 201) throw new Error(`${path} answered ${answer?.status}: ${answer?.text}`);
  return answer.json;
}
