import type { PermissionPlace, ToolPermission } from '@lockkeeper/tool';

/** The four permissions of the consumer, as its settings page names them, in the order of that page. */
export const permissions: readonly ToolPermission[] = [
  {
    key: 'account',
    group: 'Account',
    tick: 'Read',
    label: 'Account: Read',
    scope: 'account',
    satisfiedBy: ['account', 'account:write'],
    purpose: 'read who granted access and list the workspaces',
    withoutIt: 'Workspaces cannot be listed yet.',
  },
  {
    key: 'project',
    group: 'Projects',
    tick: 'Read',
    label: 'Projects: Read',
    scope: 'project',
    // `project:admin` contains nothing, not even reading.
    satisfiedBy: ['project'],
    purpose: 'list projects and repositories',
    withoutIt: 'Projects cannot be listed yet.',
  },
  {
    key: 'webhook',
    group: 'Webhooks',
    tick: 'Read and write',
    label: 'Webhooks: Read and write',
    scope: 'webhook',
    satisfiedBy: ['webhook'],
    purpose: 'create webhooks, so that changes arrive at once',
    withoutIt: 'Webhooks cannot be created yet.',
  },
  {
    key: 'pullrequest',
    group: 'Pull requests',
    tick: 'Read',
    label: 'Pull requests: Read',
    scope: 'pullrequest',
    satisfiedBy: ['pullrequest', 'pullrequest:write'],
    purpose: 'read pull requests and receive their events',
    withoutIt: 'Pull requests cannot be read yet.',
  },
];

export const permissionPlace: PermissionPlace = {
  vendor: 'Bitbucket',
  path: '**Workspace settings** > **OAuth consumers** > the consumer > **Edit**',
  subject: 'consumer',
};
