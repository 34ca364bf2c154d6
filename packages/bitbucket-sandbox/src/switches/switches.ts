import { z } from 'zod';

/**
 * What public sources doubt or contradict about Bitbucket Cloud, each with the likelier side as its default.
 * All of them can be changed while the sandbox runs.
 */
export const switchesSchema = z.strictObject({
  /** A refresh answers with a new refresh token, with the same one, or with none. */
  refreshTokenRotation: z.enum(['rotate', 'same', 'omit']).default('rotate'),
  /** For how long a refresh token still works after its first use. */
  refreshGraceSeconds: z.number().min(0).default(600),
  /** A refresh token that nobody used for so long is dead. */
  refreshTokenLifeDays: z.number().min(0).default(90),
  /** The name of the field in the token response that lists what was granted. */
  scopeField: z.enum(['scope', 'scopes', 'both']).default('scope'),
  accessTokenLifeSeconds: z.number().int().min(1).default(3600),
  codeLifeSeconds: z.number().min(0).default(600),
  /** Whether a `code_challenge` that was sent must be met by the `code_verifier`. */
  pkce: z.enum(['verify', 'ignore']).default('verify'),
  /** Whether `redirect_uri` may be longer than the consumer's Callback URL. */
  redirectUri: z.enum(['prefix', 'exact']).default('prefix'),
  /** Access tokens of more than 2,500 characters. */
  longTokens: z.boolean().default(true),
  /** HTTP status of an OAuth error at the token endpoint. */
  tokenErrorStatus: z.union([z.literal(400), z.literal(401)]).default(400),
  /** A dead refresh token is answered as if the client were unknown, else with `invalid_grant`. */
  misleadingUnauthorizedClient: z.boolean().default(true),
  /** For so long after the misleading answer the consumer gets it for good tokens too. 0: never. */
  lockOutMinutes: z.number().min(0).default(3),
  /** How a private consumer turns away a user from outside: an error at the callback, or a page. */
  privateConsumerRefusal: z.enum(['redirect', 'page']).default('redirect'),
  /** Whether the API refuses what the token's scopes do not allow. */
  permissionChecks: z.boolean().default(true),
  /** `X-OAuth-Scopes` and `X-Accepted-OAuth-Scopes` on every answer of the API. */
  scopeHeaders: z.boolean().default(true),
  /** The largest `pagelen`; some lists have a smaller one of their own. */
  maxPagelen: z.number().int().min(1).default(100),
  oversizedPagelen: z.enum(['reject', 'clamp']).default('reject'),
  /** `next` holds a cursor, and pages have neither `page` nor `size`. */
  opaqueNext: z.boolean().default(false),
  /** Whether `/repositories/{workspace}` still takes `role`. */
  roleParameter: z.enum(['accept', 'gone']).default('gone'),
  /** Calls a rolling hour for each user on `/2.0/repositories/…`. 0: unlimited. */
  rateLimitPerHour: z.number().int().min(0).default(1000),
  rateLimitHeaders: z.boolean().default(false),
  /** Whether a 429 carries `Retry-After`. */
  retryAfter: z.boolean().default(false),
});

export type Switches = z.infer<typeof switchesSchema>;
export type SwitchChanges = Partial<Switches>;

export function defaultSwitches(): Switches {
  return switchesSchema.parse({});
}

/** Changes the switches in place, all or none. @throws ZodError for a value that does not fit. */
export function changeSwitches(switches: Switches, changes: Record<string, unknown>): void {
  Object.assign(switches, switchesSchema.parse({ ...switches, ...changes }));
}
