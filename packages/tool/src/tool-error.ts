export const toolErrorKinds = [
  'throttled',
  'unauthorized',
  'forbidden',
  'not_found',
  'removed',
  'malformed',
  'unreachable',
] as const;
export type ToolErrorKind = (typeof toolErrorKinds)[number];

export interface ToolErrorDetails {
  /** The tool's HTTP status, when it answered. */
  readonly status?: number;
  /** `throttled`: not before this moment. */
  readonly retryAt?: Date;
  /** `forbidden`: the scope the grant lacks, in the tool's own words. */
  readonly missingScope?: string;
  /** Worth the same request again later, without anybody changing anything. */
  readonly transient?: boolean;
  readonly cause?: unknown;
}

/** A call to a tool that did not give what was asked for. The message is for people and holds nothing the tool sent unread. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly kind: ToolErrorKind;
  readonly status: number | undefined;
  readonly retryAt: Date | undefined;
  readonly missingScope: string | undefined;
  readonly transient: boolean;

  constructor(kind: ToolErrorKind, message: string, details: ToolErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.status = details.status;
    this.retryAt = details.retryAt;
    this.missingScope = details.missingScope;
    this.transient = details.transient ?? (kind === 'unreachable' || kind === 'throttled');
  }
}
