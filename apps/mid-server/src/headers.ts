/** Headers of one connection, RFC 9110 §7.6.1, and those that only the agent itself may set. */
const notForwarded = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'authorization',
  'cookie',
]);
const notReturned = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'set-cookie',
]);

export function requestHeaders(asked: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked)) {
    const lower = name.toLowerCase();
    if (!notForwarded.has(lower)) headers[lower] = value;
  }
  return headers;
}

export function responseHeaders(
  received: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    const lower = name.toLowerCase();
    if (value !== undefined && !notReturned.has(lower)) {
      headers[lower] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  return headers;
}
