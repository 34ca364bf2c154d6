import type { FieldProblem, GrantType, SendCredentials } from '@lockkeeper/contract';
import type { OriginPolicy } from '../outbound/origin-policy.ts';

/** What has to hold between the fields of a registry, whichever of them a request changed. */
export interface RegistryFields {
  publicClient: boolean;
  defaultGrantType: GrantType;
  sendCredentials: SendCredentials;
  codeChallengeMethod: 'S256' | 'none';
  authorizationUrl: string | null;
  tokenUrl: string;
  tokenRevocationUrl: string | null;
  issuer: string | null;
  logoUrl: string | null;
}

export function registryProblems(
  fields: RegistryFields,
  hasSecret: boolean,
  policy: OriginPolicy,
): FieldProblem[] {
  return [...urlProblems(fields, policy), ...consentProblems(fields), ...clientProblems(fields, hasSecret)];
}

const urlFields = ['authorizationUrl', 'tokenUrl', 'tokenRevocationUrl', 'issuer', 'logoUrl'] as const;

/** Also of a draft that is not complete, so that a person sees at once everything that needs a change. */
export function urlProblems(
  fields: { readonly [field in (typeof urlFields)[number]]?: string | null | undefined },
  policy: OriginPolicy,
): FieldProblem[] {
  return urlFields.flatMap((field) => {
    const value = fields[field];
    const refusal = value ? policy.refusal(value) : undefined;
    return refusal === undefined ? [] : [{ field, code: 'url_refused', message: refusal }];
  });
}

/** A person's consent begins at the Authorization URL. */
export function consentProblems({
  defaultGrantType,
  authorizationUrl,
}: {
  defaultGrantType: string;
  authorizationUrl: string | null;
}): FieldProblem[] {
  if (defaultGrantType !== 'authorization_code' || authorizationUrl !== null) return [];
  return [{ field: 'authorizationUrl', code: 'required', message: 'must not be empty' }];
}

function clientProblems(fields: RegistryFields, hasSecret: boolean): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const signs = fields.sendCredentials === 'private_key_jwt';
  if (!fields.publicClient && !hasSecret && !signs) {
    problems.push({ field: 'clientSecret', code: 'required', message: 'must not be empty' });
  }
  if (!fields.publicClient && fields.sendCredentials === 'none') {
    problems.push({
      field: 'sendCredentials',
      code: 'invalid',
      message: 'can be left out for a Public Client only',
    });
  }
  if (fields.publicClient && signs) {
    problems.push({
      field: 'sendCredentials',
      code: 'invalid',
      message: 'cannot be Private Key JWT for a Public Client, which has nothing to prove itself with',
    });
  }
  // RFC 6749 §4.4
  if (fields.publicClient && fields.defaultGrantType === 'client_credentials') {
    problems.push({
      field: 'publicClient',
      code: 'invalid',
      message: 'must be off for Client Credentials: without a secret or a key anybody could ask for them',
    });
  }
  if (fields.publicClient && fields.codeChallengeMethod === 'none') {
    problems.push({
      field: 'codeChallengeMethod',
      code: 'invalid',
      message: 'must be S256 for a Public Client: without a secret only PKCE protects the code',
    });
  }
  return problems;
}

/** The fields to which the client secret travels: changing one demands the secret again. */
const endpointFields = ['authorizationUrl', 'tokenUrl', 'tokenRevocationUrl'] as const;

export function endpointsDiffer(current: RegistryFields, draft: RegistryFields): boolean {
  return endpointFields.some((field) => current[field] !== draft[field]);
}

/** The stored secret must not travel to an address that somebody who does not know it has typed. */
export function secretDemand(
  current: RegistryFields & { clientSecretSealed: string | null },
  draft: RegistryFields,
  isGivenAgain: boolean,
): FieldProblem[] {
  if (isGivenAgain || current.clientSecretSealed === null || !endpointsDiffer(current, draft)) return [];
  const message = 'must be entered again, because an address that it is sent to has changed';
  return [{ field: 'clientSecret', code: 'secret_required', message }];
}

/** For the audit entry: endpoints that are accepted only because their origin is on the allow-list. */
export function exemption(fields: RegistryFields, policy: OriginPolicy): { exemptOrigins?: string[] } {
  const origins = endpointFields.flatMap((field) => {
    const url = fields[field];
    return url === null ? [] : [new URL(url).origin];
  });
  const exempt = [...new Set(origins)].filter((origin) => policy.isExempt(origin));
  return exempt.length === 0 ? {} : { exemptOrigins: exempt };
}
