import type { Consumer } from '../consumers/consumer.ts';
import type { ConsumerStore } from '../consumers/consumer-store.ts';
import type { Switches } from '../switches/switches.ts';
import {
  type ClientAuthenticationMethod,
  isAuthenticated,
  readClientAuthentication,
} from './client-authentication.ts';
import type { Grant } from './grant.ts';
import { meetsCodeChallenge } from './pkce.ts';
import {
  invalidClient,
  missingClient,
  TokenError,
  type TokenErrorCode,
  unsupportedGrantType,
} from './token-error.ts';
import type { TokenStore } from './token-store.ts';

type Form = Readonly<Record<string, string>>;

export interface TokenRequest {
  readonly authorization: string | undefined;
  /** Empty for a body that is not form-urlencoded. */
  readonly form: Form;
}

/** What a test may want to know about a token request; it holds no secret. */
export interface TokenRequestRecord {
  readonly at: Date;
  readonly grantType: string | undefined;
  readonly consumerKey: string;
  readonly clientAuthentication: ClientAuthenticationMethod;
  readonly outcome: 'ok' | TokenErrorCode;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TokenEndpointParts {
  readonly consumers: ConsumerStore;
  readonly tokens: TokenStore;
  readonly switches: Switches;
  readonly now: () => Date;
  readonly record: (record: TokenRequestRecord) => void;
}

/** @see RFC 6749 §4.1.3, §4.4.2 and §6; the answers are Bitbucket's. */
export function createTokenEndpoint(parts: TokenEndpointParts): (request: TokenRequest) => TokenAnswer {
  const { consumers, tokens, switches, now, record } = parts;
  const lockedUntil = new Map<string, Date>();

  const response = (grant: Grant, grantType: string, refreshToken: string | undefined): TokenAnswer => {
    const scope = grant.scopes.join(' ');
    return {
      status: 200,
      body: {
        ...(switches.scopeField === 'scopes' ? {} : { scope }),
        ...(switches.scopeField === 'scope' ? {} : { scopes: scope }),
        access_token: tokens.issueAccessToken(grant),
        expires_in: switches.accessTokenLifeSeconds,
        token_type: 'bearer',
        // Bitbucket's `state` names the grant; it is not the client's state.
        state: grantType,
        ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      },
    };
  };

  const redeemCode = (consumer: Consumer, form: Form): TokenAnswer => {
    const code = tokens.takeCode(form.code ?? '');
    if (code === undefined || code.grant.consumerKey !== consumer.key)
      throw new TokenError('invalid_grant', 'The specified code is not valid.');
    if (code.redirectUri !== undefined && form.redirect_uri !== code.redirectUri)
      throw new TokenError(
        'invalid_grant',
        'The redirect_uri does not match the one of the authorization request.',
      );
    if (switches.pkce === 'verify' && code.codeChallenge !== undefined) {
      if (!meetsCodeChallenge(code.codeChallenge, form.code_verifier))
        throw new TokenError('invalid_grant', 'The code_verifier does not match the code_challenge.');
    }
    return response(code.grant, 'authorization_code', tokens.issueRefreshToken(code.grant));
  };

  const refresh = (consumer: Consumer, form: Form): TokenAnswer => {
    const text = form.refresh_token ?? '';
    const grant = tokens.useRefreshToken(text, consumer.key);
    if (grant === undefined) throw deadRefreshToken(consumer, text);
    const next = { rotate: () => tokens.issueRefreshToken(grant), same: () => text, omit: () => undefined };
    return response(grant, 'refresh_token', next[switches.refreshTokenRotation]());
  };

  const deadRefreshToken = (consumer: Consumer, text: string): TokenError => {
    if (!switches.misleadingUnauthorizedClient)
      return new TokenError('invalid_grant', 'Invalid refresh_token');
    if (switches.lockOutMinutes > 0 && tokens.wasRefreshToken(text, consumer.key))
      lockedUntil.set(consumer.key, new Date(now().getTime() + switches.lockOutMinutes * 60_000));
    return invalidClient();
  };

  const clientCredentials = (consumer: Consumer): TokenAnswer => {
    if (!consumer.isPrivate)
      throw new TokenError(
        'unauthorized_client',
        'Cannot use client_credentials with a consumer that is not private.',
      );
    const { key: consumerKey, workspaceSlug, scopes } = consumer;
    const subject = { kind: 'app_user', consumerKey, workspaceSlug } as const;
    return response(tokens.createGrant({ consumerKey, subject, scopes }), 'client_credentials', undefined);
  };

  const answer = ({ authorization, form }: TokenRequest): TokenAnswer => {
    const grantType = form.grant_type;
    if (grantType === undefined) throw unsupportedGrantType(grantType);
    const client = readClientAuthentication(authorization, form);
    if (client.method === 'none') throw missingClient();
    const consumer = consumers.findByKey(client.clientId);
    if (!isAuthenticated(consumer, client)) throw invalidClient();
    if (now() < (lockedUntil.get(consumer.key) ?? new Date(0))) throw invalidClient();
    if (grantType === 'authorization_code') return redeemCode(consumer, form);
    if (grantType === 'refresh_token') return refresh(consumer, form);
    if (grantType === 'client_credentials') return clientCredentials(consumer);
    throw unsupportedGrantType(grantType);
  };

  return (request) => {
    const client = readClientAuthentication(request.authorization, request.form);
    const entry = {
      at: now(),
      grantType: request.form.grant_type,
      consumerKey: client.clientId,
      clientAuthentication: client.method,
    };
    try {
      const result = answer(request);
      record({ ...entry, outcome: 'ok' });
      return result;
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      record({ ...entry, outcome: error.code });
      return {
        status: switches.tokenErrorStatus,
        body: { error_description: error.message, error: error.code },
      };
    }
  };
}
