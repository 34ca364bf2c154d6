import type { Fetch } from '@lockkeeper/oauth';
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import type { SingleSignOn, SsoPerson } from './single-sign-on.ts';

const HOUR_MS = 60 * 60_000;
const TIMEOUT_MS = 10_000;

/** What one sign-in has to be told from another by. */
export interface SsoSecrets {
  state: string;
  nonce: string;
  codeVerifier: string;
}

export interface SsoProvider {
  /** @param again the provider must ask for the password again, although the person is signed in there */
  authorizationUrl(secrets: SsoSecrets, again: boolean): Promise<string>;
  /** @throws Error of oauth4webapi for an answer that is not what was asked for */
  redeem(answer: URL, secrets: SsoSecrets): Promise<SsoPerson>;
}

export function createSsoSecrets(): SsoSecrets {
  return {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    codeVerifier: oauth.generateRandomCodeVerifier(),
  };
}

/** OpenID Connect, code flow with PKCE, ID token checked against the provider's keys. The only user of oauth4webapi here. */
export function createSsoProvider(
  config: SingleSignOn,
  { fetch, redirectUri, now }: { fetch: Fetch; redirectUri: string; now: () => Date },
): SsoProvider {
  // The library judges times by this machine's clock, which may be wrong.
  const client: oauth.Client = {
    client_id: config.clientId,
    get [oauth.clockSkew]() {
      return Math.round((now().getTime() - Date.now()) / 1000);
    },
  };
  const authentication = oauth.ClientSecretBasic(config.clientSecret.reveal());
  let discovered: { at: number; server: oauth.AuthorizationServer } | undefined;

  const options = () => ({
    [oauth.customFetch]: (
      url: string,
      init: { method: string; headers: Record<string, string>; body?: unknown },
    ) =>
      fetch(url, {
        method: init.method,
        headers: init.headers,
        redirect: 'manual' as const,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(init.body instanceof URLSearchParams ? { body: init.body.toString() } : {}),
      }),
    // Which origins may be plain http is the outbound policy's to decide.
    [oauth.allowInsecureRequests]: true,
  });

  async function server(): Promise<oauth.AuthorizationServer> {
    const nowMs = now().getTime();
    if (discovered === undefined || nowMs - discovered.at > HOUR_MS) {
      const answer = await oauth.discoveryRequest(config.issuer, options());
      discovered = { at: nowMs, server: await oauth.processDiscoveryResponse(config.issuer, answer) };
    }
    return discovered.server;
  }

  return {
    async authorizationUrl({ state, nonce, codeVerifier }, again) {
      const { authorization_endpoint: endpoint = '' } = await server();
      const url = new URL(endpoint);
      const parameters = {
        client_id: config.clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        ...(again ? { prompt: 'login', max_age: '0' } : {}),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return url.href;
    },

    async redeem(answer, { state, nonce, codeVerifier }) {
      const as = await server();
      const parameters = oauth.validateAuthResponse(as, client, answer, state);
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        parameters,
        redirectUri,
        codeVerifier,
        options(),
      );
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(as, response, options());
      const claims = oauth.getValidatedIdTokenClaims(tokens);
      if (claims === undefined) throw new Error('The provider sent no ID token');
      const more = await userInfo(as, tokens.access_token, claims.sub);
      return personOf({ ...more, ...claims });
    },
  };

  /** Many providers put e-mail and groups only here. */
  async function userInfo(
    as: oauth.AuthorizationServer,
    accessToken: string,
    subject: string,
  ): Promise<Record<string, unknown>> {
    if (as.userinfo_endpoint === undefined) return {};
    const response = await oauth.userInfoRequest(as, client, accessToken, options());
    return oauth.processUserInfoResponse(as, client, subject, response);
  }
}

const person = z.looseObject({
  sub: z.string().min(1).max(255),
  email: z.email().max(254),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
  auth_time: z.number().optional(),
});

function personOf(claims: Record<string, unknown>): SsoPerson {
  const { sub, email, email_verified, name, auth_time } = person.parse(claims);
  return {
    subject: sub,
    email: email.toLowerCase(),
    emailVerified: email_verified === true,
    name: (name?.trim() || email).slice(0, 120),
    claims,
    authTime: auth_time,
  };
}
