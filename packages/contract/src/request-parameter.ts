import { z } from 'zod';

const ours = 'is set by this instance itself';

/** Names that a profile cannot add to a request, and why. Compared without regard to case. */
const reservedParameters: Readonly<Record<string, string>> = {
  assertion: ours,
  client_assertion: ours,
  client_assertion_type: ours,
  client_id: ours,
  client_secret: ours,
  code: ours,
  code_challenge: ours,
  code_challenge_method: ours,
  code_verifier: ours,
  grant_type: ours,
  redirect_uri: ours,
  refresh_token: ours,
  response_type: ours,
  state: ours,
  password: 'belongs to a grant that is not offered',
  username: 'belongs to a grant that is not offered',
  request: 'would replace every other parameter',
  request_uri: 'would replace every other parameter',
  resource: 'has a field of its own: Resources',
  response_mode: 'would send the answer to where nobody reads it',
  scope: 'has a field of its own: Scopes',
};

/** RFC 7519 §4.1: what the assertion's own fields decide. */
const reservedClaims: Readonly<Record<string, string>> = {
  aud: 'has a field of its own: Audience',
  exp: 'follows from the Lifetime',
  iat: ours,
  iss: 'has a field of its own: Assertion issuer',
  jti: ours,
  nbf: ours,
  sub: 'has a field of its own: Subject',
};

/** Names and values in order; a name occurs once (RFC 6749 §3.1). */
function namedValues(namePattern: RegExp, nameRule: string, reserved: Readonly<Record<string, string>>) {
  const name = z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(120, 'must be at most 120 characters')
    .regex(namePattern, nameRule)
    .superRefine((text, context) => {
      const key = text.toLowerCase();
      if (!Object.hasOwn(reserved, key)) return;
      context.addIssue({ code: 'custom', message: `cannot be ${text}, which ${reserved[key]}` });
    });
  return z
    .array(z.strictObject({ name, value: z.string().max(2000, 'must be at most 2,000 characters') }))
    .max(20, 'must be at most 20')
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        if (entries.findIndex(({ name }) => name === entry.name) === index) return;
        const message = `names ${entry.name} a second time`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      });
    });
}

/** Extra parameters of a request. */
export const requestParameters = namedValues(
  /^[A-Za-z0-9._-]*$/,
  'must consist of letters, digits, dots, hyphens and underscores',
  reservedParameters,
);
export type RequestParameter = z.infer<typeof requestParameters>[number];

export const assertionClaims = namedValues(/^\P{Cc}*$/u, 'must not hold control characters', reservedClaims);

/** RFC 8707 §2: absolute URIs without a fragment. */
export const resources = z
  .array(
    z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .max(2048, 'must be at most 2,048 characters')
      .superRefine((text, context) => {
        if (text === '') return;
        const message = URL.canParse(text)
          ? text.includes('#') && 'must not contain a fragment (#…)'
          : 'must be an absolute URI, such as https://api.example/';
        if (message) context.addIssue({ code: 'custom', message });
      }),
  )
  .max(20, 'must be at most 20')
  .superRefine((uris, context) => {
    uris.forEach((uri, index) => {
      if (uris.indexOf(uri) === index) return;
      context.addIssue({ code: 'custom', path: [index], message: 'is listed twice' });
    });
  });
