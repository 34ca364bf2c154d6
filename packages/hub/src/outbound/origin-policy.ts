import { ipLiteral, isPublicAddress } from './public-address.ts';

/** What a URL is for, to be named where it is refused. */
export interface UrlUse {
  /** What travels to it: "the client secret". */
  carries: string;
  example: string;
}

const tokenEndpoint: UrlUse = {
  carries: 'the client secret',
  example: 'https://provider.example/oauth/token',
};

/** Where this instance may send secrets. */
export interface OriginPolicy {
  /** Why this URL may not be called, as the end of a sentence about it ("must …"); `undefined` when it may. */
  refusal(url: string, use?: UrlUse): string | undefined;
  /** Listed in `LOCKKEEPER_ALLOW_ORIGINS`: neither https nor a public address is demanded. */
  isExempt(origin: string): boolean;
}

/** @param allowedOrigins exact origins, such as `http://127.0.0.1:7990` */
export function createOriginPolicy(allowedOrigins: readonly string[]): OriginPolicy {
  const exempt = new Set(allowedOrigins.map((origin) => new URL(origin).origin));
  return {
    isExempt: (origin) => exempt.has(origin),
    refusal(text, { carries, example } = tokenEndpoint) {
      if (!URL.canParse(text)) return `must be a full address, such as ${example}`;
      const url = new URL(text);
      if (url.username !== '' || url.password !== '') return 'must not contain a user name or a password';
      if (url.hash !== '') return 'must not contain a fragment (#…)';
      if (exempt.has(url.origin)) return undefined;
      if (url.protocol !== 'https:') return `must start with https://, because ${carries} travels to it`;
      if (url.port !== '') {
        return `must use the standard port 443; to allow ${url.port}, list ${url.origin} in LOCKKEEPER_ALLOW_ORIGINS`;
      }
      return hostRefusal(url);
    },
  };
}

function hostRefusal(url: URL): string | undefined {
  const literal = ipLiteral(url.hostname);
  const isInternal =
    literal === undefined
      ? /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(url.hostname) || !url.hostname.includes('.')
      : !isPublicAddress(literal);
  if (isInternal) {
    return `must be an address of the public internet; for a private network, list ${url.origin} in LOCKKEEPER_ALLOW_ORIGINS`;
  }
  if (url.hostname.endsWith('.')) return 'must not end its host name with a dot';
  return undefined;
}
