/** The peer broke the MID protocol. The only error that bytes from the wire may cause; it ends the session. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
