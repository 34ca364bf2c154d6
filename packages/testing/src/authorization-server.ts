import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, get as plainGet, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, get as tlsGet } from 'node:https';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type ClientAuthMethod, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { TestCertificate } from './self-signed-certificate.ts';
import { TokenFaults } from './token-faults.ts';
import { createUnboundedAdapter } from './unbounded-adapter.ts';

export interface AuthorizationServerOptions {
  redirectUris: readonly string[];
  clientSecret?: string;
  /** Speaks https with this certificate; http if absent. */
  tls?: TestCertificate;
  /** What OpenID Connect says of whoever signs in; asked each time. `sub` is the account. */
  person?: () => { sub: string } & Record<string, unknown>;
  /** `client_secret_basic` by default. */
  clientAuthentication?: ClientAuthMethod;
  accessTokenLifeSeconds?: number;
}

/** The name under which it knows our keys; where they really are, a test says. */
const CLIENT_JWKS_URL = 'https://client.example/jwks';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** What a client sent to the token endpoint, and what an assertion of it said. */
export interface TokenRequestSeen {
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
  readonly query: string;
}

/** A real, certified authorization server (oidc-provider) with PKCE required, rotation and reuse detection. */
export interface AuthorizationServer {
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly faults: TokenFaults;
  /** Requests to the token endpoint that were understood, refused ones too. */
  readonly tokenRequests: readonly TokenRequestSeen[];
  /** What the assertions said that were accepted: those of clients, and those of the JWT bearer grant. */
  readonly assertions: readonly Readonly<Record<string, unknown>>[];
  /** Where the client publishes its keys: read when the first assertion comes. */
  trustKeysAt(jwksUrl: string): void;
  /** Opens an authorization URL as a user agent would, decides, and tells where the browser is sent back to. */
  decide(authorizationUrl: string, decision: 'grant' | 'cancel'): Promise<string>;
  close(): Promise<void>;
}

const scopes = ['openid', 'email', 'profile', 'groups', 'repo:read', 'repo:write'];
/** The only resources it knows (RFC 8707). */
export const knownResources = ['https://api.example/', 'urn:example:builds'];
const claims = { email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'], openid: ['sub'] };

export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const clientId = 'lockkeeper-test';
  const clientSecret = options.clientSecret ?? `canary-client-secret-${randomBytes(12).toString('hex')}`;
  const faults = new TokenFaults();
  const tokenRequests: TokenRequestSeen[] = [];
  const assertions: Record<string, unknown>[] = [];
  let jwksUrl = '';
  const isSigned = options.clientAuthentication === 'private_key_jwt';
  const lifeSeconds = options.accessTokenLifeSeconds ?? 3600;
  let listener: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.writeHead(503).end();
  const { tls } = options;
  const listen = (request: IncomingMessage, response: ServerResponse) => listener(request, response);
  const server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`;

  const provider = new Provider(origin, {
    clients: [
      {
        client_id: clientId,
        redirect_uris: [...options.redirectUris],
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials', JWT_BEARER],
        response_types: ['code'],
        ...(isSigned
          ? { token_endpoint_auth_method: 'private_key_jwt' as const, jwks_uri: CLIENT_JWKS_URL }
          : {
              client_secret: clientSecret,
              token_endpoint_auth_method: options.clientAuthentication ?? 'client_secret_basic',
            }),
      },
    ],
    scopes,
    claims,
    adapter: createUnboundedAdapter(),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => {
          if (!knownResources.includes(resource)) throw new errors.InvalidTarget();
          return { scope: 'repo:read repo:write', accessTokenFormat: 'opaque' };
        },
        useGrantedResource: () => true,
      },
    },
    // It would not call an address of this machine.
    fetch: async (url, init) =>
      String(url) === CLIENT_JWKS_URL ? Response.json(await publishedKeys(jwksUrl)) : fetch(url, init),
    // A test's clock goes ahead by hours; whoever compares times with ours lets it.
    clockTolerance: 30 * 24 * 3600,
    assertJwtClientAuthClaimsAndHeader: (_context, said) => {
      assertions.push(said);
    },
    interactions: { url: (_context, { uid }) => `/decide/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...options.person?.(), sub }) }),
    ttl: {
      AccessToken: lifeSeconds,
      ClientCredentials: lifeSeconds,
      RefreshToken: 90 * 24 * 3600,
      Interaction: 600,
      Session: 600,
      Grant: 7_776_000,
    },
  });
  registerJwtBearer(provider, origin, async () => publishedKeys(jwksUrl), assertions);
  const see = ({ oidc, headers, querystring }: TokenContext) =>
    void tokenRequests.push({
      body: { ...oidc.body },
      authorization: headers.authorization,
      query: querystring,
    });
  provider.on('grant.success', see);
  provider.on('grant.error', see);
  const answer = provider.callback();
  listener = (request, response) => {
    if (request.url?.startsWith('/decide/')) {
      decideInteraction(provider, options.person?.().sub ?? 'ada', request, response).catch(
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    } else if (request.method === 'POST' && request.url === '/token') {
      faults.around(request, response, () => answer(request, response));
    } else answer(request, response);
  };

  return {
    origin,
    clientId,
    clientSecret,
    faults,
    tokenRequests,
    assertions,
    trustKeysAt: (url) => {
      jwksUrl = url;
    },
    decide: (authorizationUrl, decision) => browse(authorizationUrl, decision, origin, tls),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

type TokenContext = Parameters<Parameters<Provider['registerGrantType']>[1]>[0] | KoaContextWithOIDC;

async function publishedKeys(jwksUrl: string): Promise<JSONWebKeySet> {
  const keys: JSONWebKeySet = JSON.parse(await (await fetch(jwksUrl)).text());
  return keys;
}

/** RFC 7523 §2.1, which the library leaves to whoever uses it. */
function registerJwtBearer(
  provider: Provider,
  issuer: string,
  keysOf: () => Promise<JSONWebKeySet>,
  assertions: Record<string, unknown>[],
): void {
  provider.registerGrantType(
    JWT_BEARER,
    async (context) => {
      const { client, params } = context.oidc;
      const assertion = String(params.assertion ?? '');
      const verified = await jwtVerify(assertion, createLocalJWKSet(await keysOf()), {
        audience: issuer,
        issuer: client.clientId,
        requiredClaims: ['sub', 'exp', 'jti'],
        clockTolerance: 30 * 24 * 3600,
      }).catch((error: unknown) => {
        throw new errors.InvalidGrant(String(error));
      });
      assertions.push(verified.payload);
      const scope = String(params.scope ?? '');
      const token = new provider.ClientCredentials({ client, ...(scope === '' ? {} : { scope }) });
      context.body = {
        access_token: await token.save(),
        expires_in: token.expiration,
        token_type: 'Bearer',
        ...(scope === '' ? {} : { scope }),
        // RFC 7521 §4.1 says that there should be none; some send one all the same.
        refresh_token: 'canary-refresh-token-that-nobody-needs',
      };
    },
    ['assertion', 'scope'],
    ['resource'],
  );
}

/** Signs in and consents in one step, or cancels. */
async function decideInteraction(
  provider: Provider,
  accountId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params, grantId } = await provider.interactionDetails(request, response);
  if (request.headers['x-decision'] === 'cancel') {
    const refusal = { error: 'access_denied', error_description: 'The user declined.' };
    return provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
  }
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope ?? ''));
  for (const resource of [params.resource ?? []].flat()) {
    grant.addResourceScope(String(resource), String(params.scope ?? ''));
  }
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

/** Follows redirects with a cookie jar, until one leads away from the server. */
async function browse(
  start: string,
  decision: string,
  origin: string,
  tls: TestCertificate | undefined,
): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop < 12; hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { status, headers, text } = await look(url, { cookie, 'x-decision': decision }, tls);
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const { location } = headers;
    if (location === undefined) throw new Error(`the authorization server answered ${status}: ${text}`);
    url = new URL(location, url).href;
    if (new URL(url).origin !== origin) return url;
  }
  throw new Error('the authorization server redirects in circles');
}

async function look(url: string, headers: Record<string, string>, tls: TestCertificate | undefined) {
  const request = tls === undefined ? plainGet(url, { headers }) : tlsGet(url, { headers, ca: tls.cert });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return {
    status: response.statusCode,
    headers: response.headers,
    text: Buffer.concat(chunks).toString(),
  };
}
