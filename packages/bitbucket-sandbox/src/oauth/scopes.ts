/** Direct implications only; what is not listed implies nothing (`repository:admin`, `project:admin`, `webhook`). */
const implied: Readonly<Record<string, readonly string[]>> = {
  'account:write': ['account'],
  account: ['email'],
  'team:write': ['team'],
  project: ['repository'],
  'repository:write': ['repository'],
  pullrequest: ['repository'],
  'pullrequest:write': ['pullrequest', 'repository:write'],
  'pipeline:variable': ['pipeline:write'],
  'pipeline:write': ['pipeline'],
  'runner:write': ['runner'],
  'snippet:write': ['snippet'],
};

/** The scopes with all that they imply. */
export function withImpliedScopes(scopes: readonly string[]): Set<string> {
  const result = new Set<string>();
  const pending = [...scopes];
  for (let scope = pending.pop(); scope !== undefined; scope = pending.pop()) {
    if (result.has(scope)) continue;
    result.add(scope);
    pending.push(...(implied[scope] ?? []));
  }
  return result;
}
