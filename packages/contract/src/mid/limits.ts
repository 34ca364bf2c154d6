const KIBIBYTE = 1024;
const SECOND = 1000;

export const PROTOCOL_VERSION = 1;

/** Where an agent opens its WebSocket, and the subprotocol it must name. */
export const SESSION_PATH = '/api/v1/mid-servers/session';
export const SESSION_SUBPROTOCOL = 'lockkeeper-mid.v1';

/** The instance asks this often; each side gives the other up after `HEARTBEAT_LOST_MS` of silence. */
export const HEARTBEAT_MS = 10 * SECOND;
export const HEARTBEAT_LOST_MS = 25 * SECOND;
/** While calls are under way the instance asks every second, and gives an agent up that does not answer for so long. */
export const BUSY_HEARTBEAT_MS = 1 * SECOND;
export const BUSY_LOST_MS = 5 * SECOND;

/** A connection that has not proved itself by then is closed. */
export const HANDSHAKE_TIMEOUT_MS = 10 * SECOND;
/** How far the two clocks may be apart in the handshake (AG-03). */
export const MAX_SKEW_MS = 60 * SECOND;

/** Body bytes that a sender may have under way in one stream and direction before it must wait for CREDIT. */
export const STREAM_WINDOW_BYTES = 512 * KIBIBYTE;
/** A body is cut into DATA frames no longer than this. */
export const MAX_DATA_BYTES = 64 * KIBIBYTE;
/** JSON of a control frame. */
export const MAX_CONTROL_BYTES = 128 * KIBIBYTE;
/** One WebSocket message: frames of one tick travel together, and no more than this. */
export const MAX_MESSAGE_BYTES = 1024 * KIBIBYTE;
/** With this many bytes not yet taken by the socket, a sender waits even when it has credit. */
export const SOCKET_HIGH_WATER_BYTES = 1024 * KIBIBYTE;
/** Calls at the same time in one session: times the window, it bounds the memory of either side. */
export const MAX_STREAMS = 256;
export const MAX_HEADERS = 128;

/** Of one agent, each at another instance. */
export const MAX_SESSIONS = 4;
/** Tunnels at the same time at one agent. */
export const MAX_TUNNELS = 64;
/** A tunnel through which nothing has passed for so long is closed. */
export const TUNNEL_IDLE_MS = 30 * SECOND;

/** Close codes of the WebSocket (4000–4999 are for applications, RFC 6455 §7.4.2). */
export const CLOSE_CODE = {
  protocol: 4400,
  unauthorized: 4401,
  /** Validated no more: come back at once and be held. */
  invalidated: 4402,
  removed: 4403,
  /** The new keys are known: come back at once with them. */
  rekeyed: 4405,
  lost: 4408,
  replaced: 4409,
  drained: 4410,
  /** This agent has a session at this instance: come back later, for another one. */
  alreadyHere: 4411,
} as const;
