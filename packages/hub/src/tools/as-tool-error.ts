import { ToolError } from '@lockkeeper/tool';
import { HubError } from '../http/hub-error.ts';

/**
 * What went wrong on the way to a tool, in the words of the tool's errors: no MID Server, no token, no time.
 * `undefined` for a fault of our own.
 */
export function asToolError(error: unknown): ToolError | undefined {
  if (error instanceof ToolError) return error;
  if (error instanceof HubError) {
    return new ToolError('unreachable', error.message, { cause: error, transient: error.status >= 500 });
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ToolError('unreachable', 'No answer came in time.', { cause: error });
  }
  return undefined;
}

/** What the instance itself says of a call that it could not make: no MID Server, no token. */
export function hubErrorBehind(error: ToolError): HubError | undefined {
  return error.cause instanceof HubError ? error.cause : undefined;
}
