import {
  type AgentState,
  type Control,
  clocksAgree,
  FRAME_TYPE,
  LIMITS,
  type MidStream,
  Multiplexer,
  newNonce,
  ProtocolError,
  type SessionFrame,
  type SigningKey,
  signTranscript,
  type Transcript,
  verifyTranscript,
} from '@lockkeeper/contract/mid';
import { WebSocket } from 'ws';
import { Grants } from './grants.ts';
import type { Identity } from './identity.ts';
import type { AgentLogger } from './logger.ts';
import { isLoopback, type Outbound } from './outbound.ts';
import { agentHost, agentVersion } from './version.ts';

export interface AgentSessionOptions {
  /** As it is now: a rekey changes it. */
  readonly identity: () => Identity;
  readonly outbound: Outbound;
  readonly logger: AgentLogger;
  readonly now: () => Date;
  /** The instance asks for new keys. @returns what to answer */
  readonly onRekey: () => Promise<Control<(typeof FRAME_TYPE)['REKEYED']>>;
  /** The key to sign with, when the instance knows this agent by `agentKey`. */
  readonly signingKeyFor: (agentKey: string) => Promise<SigningKey>;
  readonly onState: (state: AgentState) => void;
  /** The instances at which there is a session already. */
  readonly sessionsAt: () => string[];
  /** How many instances there are. */
  readonly onInstances: (count: number) => void;
  readonly onCall: (stream: MidStream, grants: Grants) => Promise<void>;
}

/**
 * Why a session is over, in words for a log line. `refused`: trying again soon will not help. `isNeedless`: there is one
 * at that instance.
 */
export interface SessionEnd {
  readonly reason: string;
  readonly wasUp: boolean;
  readonly refused: boolean;
  readonly isNeedless: boolean;
}

/** One connection to the instance, from the first byte to the last. */
export class AgentSession {
  readonly ended: Promise<SessionEnd>;
  readonly #options: AgentSessionOptions;
  readonly #grants: Grants;
  readonly #socket: WebSocket;
  readonly #mux: Multiplexer;
  readonly #hello: Control<(typeof FRAME_TYPE)['HELLO']>;
  #phase: 'hello' | 'proving' | 'proved' | 'up' = 'hello';
  #state: AgentState = 'held';
  #silence: NodeJS.Timeout | undefined;
  #lostAfterMs: number = LIMITS.HANDSHAKE_TIMEOUT_MS;
  #problem: string | undefined;
  #isDraining = false;
  #whenIdle: (() => void) | undefined;
  #instance: string | undefined;

  constructor(options: AgentSessionOptions) {
    this.#options = options;
    const { midServerId, instanceUrl } = options.identity();
    this.#grants = new Grants(options.identity, options.now);
    this.#hello = {
      midServerId,
      nonce: newNonce(),
      timeMs: options.now().getTime(),
      version: agentVersion(),
      host: agentHost(),
      jobs: ['rest', 'tunnel'],
      sessionsAt: options.sessionsAt(),
    };
    this.#socket = connect(instanceUrl, options.outbound);
    this.#mux = this.#newMultiplexer();
    this.ended = this.#watch();
  }

  /** Where it is, as soon as it is up. */
  get instance(): string | undefined {
    return this.#instance;
  }

  /** Takes no more calls, lets those under way finish until the deadline, then closes. */
  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    if (this.#phase === 'up') {
      this.#mux.send(FRAME_TYPE.DRAIN, {});
      if (this.#mux.openStreams > 0) {
        await new Promise<void>((resolve) => {
          this.#whenIdle = resolve;
          setTimeout(resolve, deadlineMs).unref();
        });
      }
    }
    this.#mux.close(LIMITS.CLOSE_CODE.drained, 'the MID Server stops');
    this.#socket.close();
    await this.ended;
  }

  #newMultiplexer(): Multiplexer {
    const socket = this.#socket;
    return new Multiplexer({
      schedule: (flush) => setImmediate(flush),
      transport: {
        send: (message, sent) => socket.send(message, { binary: true }, () => sent()),
        close: (code, reason) => socket.close(code, reason),
      },
      onSession: (frame) => this.#take(frame),
      onStream: (stream) => this.#call(stream),
      onIdle: () => this.#whenIdle?.(),
    });
  }

  #watch(): Promise<SessionEnd> {
    const socket = this.#socket;
    const { instanceUrl } = this.#options.identity();
    socket.on('open', () => this.#mux.send(FRAME_TYPE.HELLO, this.#hello));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#heard();
      if (isBinary) this.#mux.receive(data);
      else this.#mux.close(LIMITS.CLOSE_CODE.protocol, 'text is not spoken here');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code ?? error.message.replace('Unexpected server response: ', 'status ');
      this.#problem ??= `The instance at ${instanceUrl} cannot be reached (${why})`;
    });
    this.#heard();
    return new Promise((resolve) => {
      socket.on('close', (code: number, reason: Buffer) => {
        clearTimeout(this.#silence);
        this.#grants.dropAll();
        const wasUp = this.#phase === 'up';
        this.#mux.lost('the session to the instance is gone');
        const said = reason.toString();
        const refused = code === LIMITS.CLOSE_CODE.unauthorized || code === LIMITS.CLOSE_CODE.removed;
        resolve({
          reason:
            this.#problem ??
            (said === '' ? 'The instance closed the connection' : `The instance says: ${said}`),
          wasUp,
          refused,
          isNeedless: code === LIMITS.CLOSE_CODE.alreadyHere,
        });
      });
    });
  }

  /** Any message counts as a sign of life. */
  #heard(): void {
    if (this.#silence !== undefined) {
      this.#silence.refresh();
      return;
    }
    this.#silence = setTimeout(() => {
      this.#problem ??= 'The instance fell silent';
      this.#socket.terminate();
    }, this.#lostAfterMs);
  }

  #take(frame: SessionFrame): void {
    if (frame.type === FRAME_TYPE.CHALLENGE && this.#phase === 'hello') {
      this.#phase = 'proving';
      this.#prove(frame.value).catch((error: unknown) => this.#distrust(error));
    } else if (frame.type === FRAME_TYPE.WELCOME && this.#phase === 'proved') {
      this.#welcome(frame.value);
    } else if (this.#phase !== 'up') {
      throw new ProtocolError('The instance has not proved itself yet');
    } else if (frame.type === FRAME_TYPE.PING) {
      const { sentAtMs, instances } = frame.value;
      this.#options.onInstances(instances);
      this.#mux.send(FRAME_TYPE.PONG, {
        sentAtMs,
        timeMs: this.#options.now().getTime(),
        holds: this.#grants.size,
      });
    } else if (frame.type === FRAME_TYPE.GRANT) {
      this.#grants.add(frame.value);
    } else if (frame.type === FRAME_TYPE.REVOKE) {
      this.#grants.drop(frame.value.grantId);
    } else if (frame.type === FRAME_TYPE.STATE) {
      this.#setState(frame.value.state);
    } else if (frame.type === FRAME_TYPE.REKEY) {
      this.#rekey().catch((error: unknown) => this.#options.logger.error(`No new keys: ${String(error)}`));
    } else {
      throw new ProtocolError('An instance does not send this');
    }
  }

  async #prove(challenge: Control<(typeof FRAME_TYPE)['CHALLENGE']>): Promise<void> {
    const { signingKeyFor, now } = this.#options;
    const identity = this.#options.identity();
    const transcript: Transcript = {
      midServerId: identity.midServerId,
      instanceId: challenge.instanceId,
      agentNonce: this.#hello.nonce,
      agentTimeMs: this.#hello.timeMs,
      instanceNonce: challenge.nonce,
      instanceTimeMs: challenge.timeMs,
      agentKey: challenge.agentKey,
    };
    const isPinned =
      challenge.instanceId === identity.instanceId &&
      (await verifyTranscript(identity.instanceKey, 'instance', transcript, challenge.signature));
    if (!isPinned) {
      throw new ProtocolError(
        `What answers at ${identity.instanceUrl} is not the instance this MID Server was enrolled at`,
      );
    }
    if (!clocksAgree(now().getTime(), challenge.timeMs)) {
      throw new ProtocolError('The clocks of this host and the instance are more than a minute apart');
    }
    const signingKey = await signingKeyFor(challenge.agentKey);
    const signature = await signTranscript(signingKey, 'agent', transcript);
    this.#phase = 'proved';
    this.#mux.send(FRAME_TYPE.PROOF, { signature });
  }

  #distrust(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#mux.close(LIMITS.CLOSE_CODE.unauthorized, 'the instance did not prove itself');
  }

  async #rekey(): Promise<void> {
    this.#mux.send(FRAME_TYPE.REKEYED, await this.#options.onRekey());
  }

  #welcome({ state, heartbeatMs, instance }: Control<(typeof FRAME_TYPE)['WELCOME']>): void {
    this.#phase = 'up';
    this.#instance = instance;
    clearTimeout(this.#silence);
    this.#silence = undefined;
    this.#lostAfterMs = (heartbeatMs * LIMITS.HEARTBEAT_LOST_MS) / LIMITS.HEARTBEAT_MS;
    this.#heard();
    this.#setState(state);
  }

  #setState(state: AgentState): void {
    this.#state = state;
    if (state !== 'ready') this.#grants.dropAll();
    this.#options.onState(state);
  }

  #call(stream: MidStream): void {
    if (this.#phase !== 'up' || this.#state !== 'ready' || this.#isDraining) {
      const code = this.#isDraining ? 'draining' : 'not_ready';
      stream.fail({ code, message: 'This MID Server takes no calls now', started: false });
      return;
    }
    this.#options.onCall(stream, this.#grants).catch((error: unknown) => {
      this.#options.logger.error(`A call ended in a fault of this MID Server: ${String(error)}`);
      stream.fail({ code: 'internal', message: 'The MID Server failed', started: true });
    });
  }
}

function connect(instanceUrl: string, outbound: Outbound): WebSocket {
  const url = new URL(LIMITS.SESSION_PATH, instanceUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  // Masking keeps a browser's script from writing chosen bytes into an intermediary (RFC 6455 §10.3). An agent is
  // no browser, and below TLS no intermediary reads: the key of zeros spares a pass over every byte.
  const noMask = url.protocol === 'wss:' || isLoopback(url.hostname) ? { generateMask: () => undefined } : {};
  return new WebSocket(url, [LIMITS.SESSION_SUBPROTOCOL], {
    agent: outbound.webSocketAgent,
    maxPayload: LIMITS.MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: LIMITS.HANDSHAKE_TIMEOUT_MS,
    followRedirects: false,
    ...noMask,
  });
}
