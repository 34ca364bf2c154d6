import { type RandomBytes, randomText } from '../random-bytes.ts';
import type { Switches } from '../switches/switches.ts';
import type { AccessToken, AuthorizationCode, Grant } from './grant.ts';

const DAY = 86_400_000;
const ID_LENGTH = 64;

interface RefreshToken {
  readonly grant: Grant;
  readonly issuedAt: Date;
  firstUsedAt: Date | undefined;
}

/** Grants and what was issued for them. A revoked grant takes everything with it. */
export interface TokenStore {
  createGrant(grant: Omit<Grant, 'id' | 'grantedOn'>): Grant;
  listGrants(): Grant[];
  revokeGrant(grant: Grant): void;
  /** For a consumer that was deleted. */
  revokeGrantsOf(consumerKey: string): void;
  issueCode(code: Omit<AuthorizationCode, 'expiresAt'>): string;
  /** Finds the code and uses it up. */
  takeCode(code: string): AuthorizationCode | undefined;
  issueAccessToken(grant: Grant): string;
  findAccessToken(token: string): AccessToken | undefined;
  issueRefreshToken(grant: Grant): string;
  /** Marks the refresh token as used; undefined if it is unknown or dead. */
  useRefreshToken(token: string, consumerKey: string): Grant | undefined;
  /** Whether it once was a refresh token of this consumer. */
  wasRefreshToken(token: string, consumerKey: string): boolean;
  /** As if the life of every access token were over. */
  expireAccessTokens(): void;
}

export function createTokenStore(randomBytes: RandomBytes, now: () => Date, switches: Switches): TokenStore {
  const grants = new Map<number, Grant>();
  const codes = new Map<string, AuthorizationCode>();
  const accessTokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, RefreshToken>();
  // One filler for all long tokens: 10,000 of them then share its memory.
  const filler = randomText(randomBytes, 2560);
  let lastGrantId = 0;
  const inSeconds = (seconds: number): Date => new Date(now().getTime() + seconds * 1000);

  const isAlive = (token: RefreshToken): boolean => {
    if (!grants.has(token.grant.id)) return false;
    const time = now().getTime();
    if (time - token.issuedAt.getTime() > switches.refreshTokenLifeDays * DAY) return false;
    if (token.firstUsedAt === undefined || switches.refreshTokenRotation !== 'rotate') return true;
    return time - token.firstUsedAt.getTime() <= switches.refreshGraceSeconds * 1000;
  };

  return {
    createGrant: (draft) => {
      lastGrantId += 1;
      const grant = { ...draft, id: lastGrantId, grantedOn: now() };
      grants.set(grant.id, grant);
      return grant;
    },
    listGrants: () => [...grants.values()],
    revokeGrant: (grant) => {
      grants.delete(grant.id);
    },
    revokeGrantsOf: (consumerKey) => {
      for (const [id, grant] of grants) if (grant.consumerKey === consumerKey) grants.delete(id);
    },
    issueCode: (draft) => {
      const code = randomText(randomBytes, 18);
      codes.set(code, { ...draft, expiresAt: inSeconds(switches.codeLifeSeconds) });
      return code;
    },
    takeCode: (text) => {
      const code = codes.get(text);
      codes.delete(text);
      return code !== undefined && grants.has(code.grant.id) && now() < code.expiresAt ? code : undefined;
    },
    issueAccessToken: (grant) => {
      const id = randomText(randomBytes, ID_LENGTH);
      const isLong = switches.longTokens;
      accessTokens.set(id, { grant, isLong, expiresAt: inSeconds(switches.accessTokenLifeSeconds) });
      return isLong ? `${id}.${filler}` : id;
    },
    findAccessToken: (text) => {
      const id = text.slice(0, ID_LENGTH);
      const token = accessTokens.get(id);
      if (token === undefined || !grants.has(token.grant.id)) return undefined;
      return text === (token.isLong ? `${id}.${filler}` : id) ? token : undefined;
    },
    issueRefreshToken: (grant) => {
      const text = randomText(randomBytes, 64);
      refreshTokens.set(text, { grant, issuedAt: now(), firstUsedAt: undefined });
      return text;
    },
    useRefreshToken: (text, consumerKey) => {
      const token = refreshTokens.get(text);
      if (token === undefined || token.grant.consumerKey !== consumerKey || !isAlive(token)) return undefined;
      token.firstUsedAt ??= now();
      return token.grant;
    },
    wasRefreshToken: (text, consumerKey) => refreshTokens.get(text)?.grant.consumerKey === consumerKey,
    expireAccessTokens: () => {
      for (const [id, token] of accessTokens) accessTokens.set(id, { ...token, expiresAt: new Date(0) });
    },
  };
}
