/** From the window in which somebody confirmed who they are to the page that waits; the instance decides, this only wakes. */
export function confirmedChannel(): BroadcastChannel {
  return new BroadcastChannel('lockkeeper-confirmed');
}
