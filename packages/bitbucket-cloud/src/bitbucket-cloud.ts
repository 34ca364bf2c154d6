import type { ToolDefinition } from '@lockkeeper/tool';
import { connect } from './connect.ts';
import { discover } from './discovery/discover.ts';
import { permissionPlace, permissions } from './permissions.ts';

export const bitbucketCloud: ToolDefinition = {
  kind: 'bitbucket-cloud',
  label: 'Bitbucket',
  defaultBaseUrl: 'https://api.bitbucket.org/2.0',
  providerKey: 'bitbucket-cloud',
  permissions,
  permissionPlace,
  connect,
  discover,
};
