import { checkPermissions, type ToolConnection, type ToolContext, ToolError } from '@lockkeeper/tool';
import { getUser } from './client/bitbucket-client.ts';
import { explainForbidden } from './explain-forbidden.ts';
import { permissionPlace, permissions } from './permissions.ts';

/**
 * One call answers all three questions: whether Bitbucket can be reached, who the token speaks for, and
 * which scopes the consent granted.
 */
export async function connect(context: ToolContext): Promise<ToolConnection> {
  try {
    const { user, scopes } = await getUser(context);
    return {
      identity: { externalId: user.uuid, displayName: user.display_name, nickname: user.nickname },
      grantedScopes: scopes,
      permissions: checkPermissions(permissions, permissionPlace, scopes),
    };
  } catch (error) {
    throw error instanceof ToolError ? explainForbidden(error) : error;
  }
}
