export interface Permission {
  readonly label: string;
  readonly scope: string;
}

export interface PermissionGroup {
  readonly label: string;
  readonly permissions: readonly Permission[];
}

/** The boxes of the Add consumer form, in its order. */
export const permissionGroups: readonly PermissionGroup[] = [
  {
    label: 'Account',
    permissions: [
      { label: 'Email', scope: 'email' },
      { label: 'Read', scope: 'account' },
      { label: 'Write', scope: 'account:write' },
    ],
  },
  {
    label: 'Workspace membership',
    permissions: [
      { label: 'Read', scope: 'team' },
      { label: 'Write', scope: 'team:write' },
    ],
  },
  {
    label: 'Projects',
    permissions: [
      { label: 'Read', scope: 'project' },
      { label: 'Admin', scope: 'project:admin' },
    ],
  },
  {
    label: 'Repositories',
    permissions: [
      { label: 'Read', scope: 'repository' },
      { label: 'Write', scope: 'repository:write' },
      { label: 'Admin', scope: 'repository:admin' },
      { label: 'Delete', scope: 'repository:delete' },
    ],
  },
  {
    label: 'Pull requests',
    permissions: [
      { label: 'Read', scope: 'pullrequest' },
      { label: 'Write', scope: 'pullrequest:write' },
    ],
  },
  { label: 'Webhooks', permissions: [{ label: 'Read and write', scope: 'webhook' }] },
  {
    label: 'Pipelines',
    permissions: [
      { label: 'Read', scope: 'pipeline' },
      { label: 'Write', scope: 'pipeline:write' },
      { label: 'Edit variables', scope: 'pipeline:variable' },
    ],
  },
  {
    label: 'Runners',
    permissions: [
      { label: 'Read', scope: 'runner' },
      { label: 'Write', scope: 'runner:write' },
    ],
  },
  {
    label: 'Snippets',
    permissions: [
      { label: 'Read', scope: 'snippet' },
      { label: 'Write', scope: 'snippet:write' },
    ],
  },
];

export const allScopes: readonly string[] = permissionGroups.flatMap((group) =>
  group.permissions.map((permission) => permission.scope),
);

/** `Account: Read` for `account`. */
export function permissionLabel(scope: string): string {
  for (const group of permissionGroups) {
    const permission = group.permissions.find((candidate) => candidate.scope === scope);
    if (permission !== undefined) return `${group.label}: ${permission.label}`;
  }
  return scope;
}
