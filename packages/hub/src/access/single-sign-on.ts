import type { Role } from '@lockkeeper/contract';
import type { Secret } from '@lockkeeper/vault';

/** Where people sign in instead of here; from the environment of the instance. */
export interface SingleSignOn {
  /** On the button: "Sign in with Example". */
  label: string;
  issuer: URL;
  clientId: string;
  clientSecret: Secret;
  scopes: readonly string[];
  /** The claim that holds what `roles` maps: a text or a list of texts. */
  rolesClaim: string;
  /** From a value of that claim to a role here. */
  roles: ReadonlyMap<string, Role>;
  /** E-mail domains that may come in; empty is any that the provider vouches for. */
  emailDomains: readonly string[];
  /** Whether signing in with a password stays possible. */
  localSignIn: boolean;
}

/** What the provider says of a person, checked and cut down to what counts here. */
export interface SsoPerson {
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string;
  claims: Readonly<Record<string, unknown>>;
  /** Seconds since 1970; when the person last proved at the provider who they are. */
  authTime: number | undefined;
}

/** The roles that the claim gives; none for a claim that is missing or of another shape. */
export function rolesOf(claims: SsoPerson['claims'], { rolesClaim, roles }: SingleSignOn): Role[] {
  const claim = claims[rolesClaim];
  const values = Array.isArray(claim) ? claim : [claim];
  const given = values.flatMap((value) => (typeof value === 'string' ? (roles.get(value) ?? []) : []));
  return [...new Set(given)].sort();
}

export function isAllowedDomain(email: string, { emailDomains }: SingleSignOn): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return emailDomains.length === 0 || emailDomains.includes(domain);
}
