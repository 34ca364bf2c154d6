/** `X-OAuth-Scopes: account, project`: what the token was granted. `undefined` when the header is absent. */
export function grantedScopes(headers: Headers): string[] | undefined {
  return listOf(headers.get('x-oauth-scopes'));
}

/** `X-Accepted-OAuth-Scopes`: what the endpoint asks for. */
export function acceptedScopes(headers: Headers): string[] | undefined {
  return listOf(headers.get('x-accepted-oauth-scopes'));
}

function listOf(value: string | null): string[] | undefined {
  return value?.split(/[\s,]+/).filter((scope) => scope !== '');
}

/** Scopes that contain others, as Bitbucket documents them; `project:admin` and `webhook` contain nothing. */
const implied: Readonly<Record<string, readonly string[]>> = {
  'account:write': ['account'],
  project: ['repository'],
  pullrequest: ['repository'],
  'pullrequest:write': ['pullrequest', 'repository:write'],
  'repository:write': ['repository'],
};

/** The granted scopes together with all that they contain. */
export function withImplied(scopes: readonly string[]): Set<string> {
  const all = new Set<string>();
  const add = (scope: string): void => {
    if (all.has(scope)) return;
    all.add(scope);
    for (const inner of implied[scope] ?? []) add(inner);
  };
  for (const scope of scopes) add(scope);
  return all;
}
