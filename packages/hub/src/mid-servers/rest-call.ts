import type { ActorRef, MidServerId } from '@lockkeeper/contract';
import type { OpenRest } from '@lockkeeper/contract/mid';

/** A call to a tool's REST API, as the hub asks for it. */
export interface RestCall {
  readonly toolId: string;
  readonly credentialId: string;
  /** Who wants it. */
  readonly actor: ActorRef;
  readonly midServerId: string | 'any';
  /** The tool's own: the only one that sees the token. */
  readonly origin: string;
  readonly method: OpenRest['method'];
  readonly path: string;
  /** Without `?`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes can be sent again; a stream cannot. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** The caller goes: the call upstream is aborted. */
  readonly signal: AbortSignal;
  /** The call may be made twice: an idempotency key of the tool's, say. GET, HEAD and OPTIONS always may. */
  readonly idempotent?: boolean;
  /** Until the answer's head is there, and between any two parts of its body. */
  readonly timeoutMs?: number;
}

export interface RestAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read to its end or left, which cancels the call. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Who carried it, and how long the answer's head took on each part of the way. */
  readonly route: {
    readonly midServer: { readonly id: MidServerId; readonly name: string };
    readonly instanceToMidServerMs: number;
    readonly midServerToToolMs: number;
  };
}
