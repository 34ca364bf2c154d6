import { type Role, role, Secret, type SingleSignOn } from '@lockkeeper/hub';
import { z } from 'zod';

const issuer = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'must be the address of your OpenID Connect provider, such as https://login.example.com',
    abort: true,
  })
  .transform((text) => new URL(text));

const roles = z.string().transform((text, context) => {
  const map = new Map<string, Role>();
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const at = pair.lastIndexOf('=');
    const parsed = role.safeParse(pair.slice(at + 1).trim());
    const value = pair.slice(0, Math.max(at, 0)).trim();
    if (value === '' || !parsed.success) {
      const message = `must be pairs such as lockkeeper-admins=admin,developers=viewer; roles are ${role.options.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    map.set(value, parsed.data);
  }
  return map;
});

const words = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((text) => text.split(/[\s,]+/).filter(Boolean));

/** The variables of single sign-on; all of them count only with an issuer. */
export const ssoEnvironment = {
  LOCKKEEPER_SSO_ISSUER: issuer.optional(),
  LOCKKEEPER_SSO_CLIENT_ID: z.string().optional(),
  LOCKKEEPER_SSO_CLIENT_SECRET: z.string().optional(),
  LOCKKEEPER_SSO_LABEL: z.string().max(60, 'must have at most 60 characters').default('single sign-on'),
  LOCKKEEPER_SSO_SCOPES: words('openid email profile'),
  LOCKKEEPER_SSO_ROLES_CLAIM: z.string().default('groups'),
  LOCKKEEPER_SSO_ROLES: roles.optional(),
  LOCKKEEPER_SSO_EMAIL_DOMAINS: words(''),
  LOCKKEEPER_SSO_PASSWORDS: z
    .enum(['allowed', 'refused'], { error: 'must be allowed or refused' })
    .default('allowed'),
};

const shape = z.object(ssoEnvironment);

/** @returns what is missing, by name, when only a part is set */
export function readSingleSignOn(
  values: z.infer<typeof shape>,
): { singleSignOn: SingleSignOn | undefined } | { missing: readonly string[] } {
  const {
    LOCKKEEPER_SSO_ISSUER: from,
    LOCKKEEPER_SSO_CLIENT_ID: clientId,
    LOCKKEEPER_SSO_CLIENT_SECRET: clientSecret,
    LOCKKEEPER_SSO_ROLES: mapping,
  } = values;
  const given = {
    LOCKKEEPER_SSO_ISSUER: from,
    LOCKKEEPER_SSO_CLIENT_ID: clientId,
    LOCKKEEPER_SSO_CLIENT_SECRET: clientSecret,
    LOCKKEEPER_SSO_ROLES: mapping,
  };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === Object.keys(given).length) return { singleSignOn: undefined };
  if (!from || clientId === undefined || clientSecret === undefined || !mapping) return { missing };
  return {
    singleSignOn: {
      label: values.LOCKKEEPER_SSO_LABEL,
      issuer: from,
      clientId,
      clientSecret: new Secret(clientSecret),
      scopes: values.LOCKKEEPER_SSO_SCOPES,
      rolesClaim: values.LOCKKEEPER_SSO_ROLES_CLAIM,
      roles: mapping,
      emailDomains: values.LOCKKEEPER_SSO_EMAIL_DOMAINS.map((domain) => domain.toLowerCase()),
      localSignIn: values.LOCKKEEPER_SSO_PASSWORDS === 'allowed',
    },
  };
}
