import type { ActorRef, MidServerId } from '@lockkeeper/contract';
import type { ToolRequest, ToolResponse } from '@lockkeeper/tool';

/** Which MID Server carried a call, and how long each part of the way took. */
export interface CallRoute {
  readonly midServer: { readonly id: MidServerId; readonly name: string };
  readonly instanceToMidServerMs: number | null;
  readonly midServerToToolMs: number | null;
}

export interface ToolCallTarget {
  readonly toolId: string;
  readonly baseUrl: string;
  readonly credentialId: string;
  /** null: any MID Server that is up and to which the credential applies. */
  readonly midServerId: string | null;
  /** Who wants the call: whoever asks later who used the credential is told. */
  readonly actor: ActorRef;
}

/**
 * Performs one call at a tool through a MID Server, which adds the `Authorization` itself.
 * @throws ToolError `unreachable`, `unauthorized` or `malformed`, with a message for people
 */
export type CallThroughMidServer = (
  target: ToolCallTarget,
  request: ToolRequest,
  signal: AbortSignal,
) => Promise<ToolResponse & { readonly route: CallRoute }>;
