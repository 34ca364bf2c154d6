export type TokenErrorCode = 'unauthorized_client' | 'invalid_grant' | 'invalid_request';

/** An error of the token endpoint, in Bitbucket's words. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, description: string) {
    super(description);
    this.code = code;
  }
}

export const missingClient = (): TokenError =>
  new TokenError('unauthorized_client', 'Requests must be authenticated using OAuth client credentials');

export const invalidClient = (): TokenError =>
  new TokenError('unauthorized_client', 'Invalid OAuth client credentials');

export const unsupportedGrantType = (grantType: string | undefined): TokenError =>
  new TokenError('invalid_grant', `Unsupported grant type: ${grantType ?? 'None'}`);
