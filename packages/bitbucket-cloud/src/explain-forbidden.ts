import { remedyFor, ToolError } from '@lockkeeper/tool';
import { permissionPlace, permissions } from './permissions.ts';

/** Names the box to tick when a refusal names a scope that one of our permissions grants. */
export function explainForbidden(error: ToolError): ToolError {
  const { missingScope } = error;
  if (error.kind !== 'forbidden' || missingScope === undefined) return error;
  // `repository` has no box of its own among the four: projects contain it.
  const scope = missingScope === 'repository' ? 'project' : missingScope;
  const permission = permissions.find((candidate) => candidate.scope === scope);
  if (permission === undefined) return error;
  return new ToolError('forbidden', remedyFor(permission, permissionPlace), {
    status: 403,
    missingScope,
    cause: error,
  });
}
