/** Methods that change nothing at the tool (RFC 9110 §9.2.1); only these may be repeated freely. */
export const readingMethods = ['GET', 'HEAD'] as const;
export const toolMethods = [...readingMethods, 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type ToolMethod = (typeof toolMethods)[number];

/** One HTTP request to a tool. Origin and `Authorization` are not the caller's business: who carries it adds them. */
export interface ToolRequest {
  readonly method: ToolMethod;
  /** Relative to the tool's base URL, percent-encoded, begins with `/`: `/user/workspaces`. */
  readonly path: string;
  /** The raw query without `?`. A string because an opaque `next` must travel unchanged. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes can be sent again; a stream cannot. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What the tool answered. The body is a stream that must be read or {@link discard}ed. */
export interface ToolResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Performs a request at the tool. It is injected, so that no tool knows how its calls travel.
 * @throws ToolError `unreachable` when no answer came back
 */
export type ToolCall = (request: ToolRequest, signal: AbortSignal) => Promise<ToolResponse>;

export function isReadingMethod(method: string): boolean {
  return readingMethods.some((reading) => reading === method);
}
