import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import {
  type AgentState,
  type Control,
  FRAME_TYPE,
  LIMITS,
  Multiplexer,
  ProtocolError,
  rekeyBytes,
  type SessionFrame,
  verifyBytes,
} from '@lockkeeper/contract/mid';
import type { WebSocket } from 'ws';
import { type Challenged, challengeFor, checkProof, HandshakeRefused } from './handshake.ts';
import type { InstanceIdentity } from './instance-identity.ts';
import { agentStateOf, type MidServer, type SessionFacts } from './mid-server.ts';
import { SessionGrants } from './session-grants.ts';

export interface MidSessionOptions {
  readonly socket: WebSocket;
  readonly instance: string;
  /** How many there are. */
  readonly instances: () => number;
  readonly tls: boolean;
  readonly identity: InstanceIdentity;
  readonly heartbeatMs: number;
  readonly now: () => Date;
  readonly findServer: (id: string) => Promise<MidServer | undefined>;
  /** The agent has proved itself; called once, before it is welcomed. */
  readonly onProved: (session: MidSession, hello: Hello) => Promise<void>;
  /** It is welcomed, and takes calls if it may. */
  readonly onUp: (session: MidSession) => void;
  /** The agent has made new keys and signed them with its old one. */
  readonly onRekeyed: (session: MidSession, signingKey: string, sealingKey: string) => Promise<void>;
  readonly onRefused: (midServer: MidServer | undefined, reason: string) => void;
  readonly onEnded: (session: MidSession, reason: string) => void;
}
type Hello = Control<(typeof FRAME_TYPE)['HELLO']>;

const ROUND_TRIPS = 6;

/** One connection of an agent, as the instance sees it. */
export class MidSession {
  readonly id: string = randomUUID();
  readonly mux: Multiplexer;
  readonly #options: MidSessionOptions;
  readonly #connectedAt: Date;
  #phase: 'hello' | 'challenged' | 'proving' | 'up' | 'over' = 'hello';
  #hello: Hello | undefined;
  #challenged: Challenged | undefined;
  #server: MidServer | undefined;
  #grants: SessionGrants | undefined;
  #heartbeatAt: Date;
  /** When the first ping was sent that nothing has answered yet. */
  #unansweredSinceMs: number | undefined;
  #pingedAtMs = 0;
  #roundTripsMs: number[] = [];
  #clockSkewMs: number | null = null;
  #isDraining = false;
  #isAnnounced = false;
  #hasAskedForRekey = false;
  #timer: NodeJS.Timeout;

  constructor(options: MidSessionOptions) {
    this.#options = options;
    this.#connectedAt = options.now();
    this.#heartbeatAt = this.#connectedAt;
    const { socket } = options;
    this.mux = new Multiplexer({
      schedule: (flush) => setImmediate(flush),
      transport: {
        send: (message, sent) => socket.send(message, { binary: true }, () => sent()),
        close: (code, reason) => this.#closeSocket(code, reason),
      },
      onSession: (frame) => this.#take(frame),
    });
    this.#timer = setTimeout(
      () => this.#refuse('the MID Server did not prove itself in time'),
      LIMITS.HANDSHAKE_TIMEOUT_MS,
    );
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#unansweredSinceMs = undefined;
      if (isBinary) this.mux.receive(data);
      else this.mux.close(LIMITS.CLOSE_CODE.protocol, 'text is not spoken here');
    });
    // What follows an error is 'close'.
    socket.on('error', () => undefined);
    socket.on('close', (_code: number, reason: Buffer) =>
      this.#end(reason.toString() || 'the connection is gone'),
    );
  }

  /** @throws Error before the agent has proved itself */
  get server(): MidServer {
    if (this.#server === undefined) throw new Error('The agent has not proved itself');
    return this.#server;
  }

  get grants(): SessionGrants {
    if (this.#grants === undefined) throw new Error('The agent has not proved itself');
    return this.#grants;
  }

  /** What the agent can do, by what it says. */
  get jobs(): ReadonlySet<string> {
    return new Set(this.#hello?.jobs);
  }

  get facts(): SessionFacts {
    const sorted = this.#roundTripsMs.toSorted((a, b) => a - b);
    return {
      instance: this.#options.instance,
      connectedAt: this.#connectedAt,
      heartbeatAt: this.#heartbeatAt,
      roundTripMs: sorted[Math.floor(sorted.length / 2)] ?? null,
      clockSkewMs: this.#clockSkewMs,
      tls: this.#options.tls,
      isDraining: this.#isDraining,
    };
  }

  /** Whether it may be given calls. */
  get isReady(): boolean {
    return this.#phase === 'up' && !this.#isDraining && agentStateOf(this.server) === 'ready';
  }

  /** An admin changed something: what the agent may do follows at once. */
  update(server: MidServer): void {
    const before = agentStateOf(this.server);
    const hasOtherKeys = this.server.signingKey !== server.signingKey;
    this.#server = server;
    const state = agentStateOf(server);
    // Before the welcome, which tells the state as it is then, there is nothing to follow.
    if (this.#phase !== 'up') return;
    // Told in its session at another instance.
    if (hasOtherKeys) {
      this.close(LIMITS.CLOSE_CODE.rekeyed, 'the new keys are known');
      return;
    }
    this.#askForRekey();
    if (state === before) return;
    // Whatever it was doing ends, and it comes back to be held.
    if (state === 'held')
      this.close(LIMITS.CLOSE_CODE.invalidated, 'an admin has invalidated this MID Server');
    else this.#sendState(state);
  }

  /** There are more than before: it does not wait for the next ping. */
  tellInstances(): void {
    if (this.#phase === 'up') this.#ping();
  }

  close(code: number, reason: string): void {
    this.mux.close(code, reason);
  }

  #askForRekey(): void {
    if (this.server.rekeyRequestedAt === null || this.#hasAskedForRekey) return;
    this.#hasAskedForRekey = true;
    this.mux.send(FRAME_TYPE.REKEY, {});
  }

  #sendState(state: AgentState): void {
    if (state !== 'ready') this.grants.forgetAll();
    this.mux.send(FRAME_TYPE.STATE, { state });
  }

  #take(frame: SessionFrame): void {
    if (frame.type === FRAME_TYPE.HELLO && this.#phase === 'hello') {
      this.#phase = 'challenged';
      this.#challenge(frame.value).catch((error: unknown) => this.#refuseFor(error));
    } else if (frame.type === FRAME_TYPE.PROOF && this.#phase === 'challenged') {
      this.#phase = 'proving';
      this.#prove(frame.value.signature).catch((error: unknown) => this.#refuseFor(error));
    } else if (this.#phase !== 'up') {
      throw new ProtocolError('The MID Server has not proved itself');
    } else if (frame.type === FRAME_TYPE.PONG) {
      this.#takePong(frame.value);
    } else if (frame.type === FRAME_TYPE.DRAIN) {
      this.#isDraining = true;
    } else if (frame.type === FRAME_TYPE.REKEYED && this.#hasAskedForRekey) {
      this.#rekey(frame.value).catch(() =>
        this.close(LIMITS.CLOSE_CODE.protocol, 'the new keys were not taken'),
      );
    } else {
      throw new ProtocolError('A MID Server does not send this');
    }
  }

  async #challenge(hello: Hello): Promise<void> {
    const { identity, now, findServer, instance } = this.#options;
    if (hello.sessionsAt.includes(instance)) {
      this.close(LIMITS.CLOSE_CODE.alreadyHere, 'this MID Server has a session here');
      return;
    }
    this.#hello = hello;
    const server = await findServer(hello.midServerId);
    if (server === undefined) throw new HandshakeRefused('this MID Server is not known here, or was removed');
    this.#server = server;
    const challenged = await challengeFor(hello, server.signingKey, identity, now());
    this.#challenged = challenged;
    this.mux.send(FRAME_TYPE.CHALLENGE, challenged.challenge);
  }

  async #prove(signature: string): Promise<void> {
    const { findServer, onProved, onUp, heartbeatMs, instance } = this.#options;
    if (this.#challenged === undefined || this.#hello === undefined)
      throw new HandshakeRefused('not challenged yet');
    const { transcript } = this.#challenged;
    this.#challenged = undefined;
    await checkProof(transcript.agentKey, transcript, signature);
    // It may have been changed meanwhile.
    const server = await findServer(this.server.id);
    if (server?.signingKey !== transcript.agentKey)
      throw new HandshakeRefused('this MID Server was changed meanwhile');
    this.#server = server;
    this.#grants = new SessionGrants(this.mux, server);
    this.#clockSkewMs = this.#hello.timeMs - transcript.instanceTimeMs;
    this.#isAnnounced = true;
    await onProved(this, this.#hello);
    if (this.mux.isClosed) return;
    this.#phase = 'up';
    const state = agentStateOf(this.server);
    this.mux.send(FRAME_TYPE.WELCOME, { sessionId: this.id, state, heartbeatMs, instance });
    onUp(this);
    clearTimeout(this.#timer);
    this.#askForRekey();
    this.#ping();
    this.#timer = setInterval(() => this.#beat(), Math.min(heartbeatMs, LIMITS.BUSY_HEARTBEAT_MS));
  }

  /** The new keys are vouched for by the old one: nobody has to validate again. */
  async #rekey({
    signingKey,
    sealingKey,
    signature,
  }: Control<(typeof FRAME_TYPE)['REKEYED']>): Promise<void> {
    const { id, signingKey: oldKey } = this.server;
    if (!(await verifyBytes(oldKey, rekeyBytes(id, signingKey, sealingKey), signature))) {
      throw new ProtocolError('The new keys are not signed by the old one');
    }
    await this.#options.onRekeyed(this, signingKey, sealingKey);
    this.close(LIMITS.CLOSE_CODE.rekeyed, 'the new keys are known');
  }

  #beat(): void {
    const { heartbeatMs } = this.#options;
    const isBusy = this.mux.openStreams > 0;
    const nowMs = performance.now();
    const silentMs = nowMs - (this.#unansweredSinceMs ?? nowMs);
    const idleLostMs = (heartbeatMs * LIMITS.HEARTBEAT_LOST_MS) / LIMITS.HEARTBEAT_MS - heartbeatMs;
    if (silentMs > (isBusy ? Math.min(idleLostMs, LIMITS.BUSY_LOST_MS) : idleLostMs)) {
      this.close(LIMITS.CLOSE_CODE.lost, 'no heartbeat');
    } else if (isBusy || nowMs - this.#pingedAtMs >= heartbeatMs) {
      this.#ping();
    }
  }

  #ping(): void {
    this.#pingedAtMs = performance.now();
    this.#unansweredSinceMs ??= this.#pingedAtMs;
    this.mux.send(FRAME_TYPE.PING, { sentAtMs: performance.now(), instances: this.#options.instances() });
  }

  #takePong({ sentAtMs, timeMs }: Control<(typeof FRAME_TYPE)['PONG']>): void {
    const roundTripMs = performance.now() - sentAtMs;
    this.#heartbeatAt = this.#options.now();
    this.#roundTripsMs = [...this.#roundTripsMs, roundTripMs].slice(-ROUND_TRIPS);
    this.#clockSkewMs = Math.round(timeMs + roundTripMs / 2 - this.#heartbeatAt.getTime());
  }

  #refuseFor(error: unknown): void {
    this.#refuse(error instanceof HandshakeRefused ? error.message : 'the instance failed');
  }

  #refuse(reason: string): void {
    if (this.#phase === 'over') return;
    this.#options.onRefused(this.#server, reason);
    this.close(LIMITS.CLOSE_CODE.unauthorized, reason);
  }

  /** A peer that is gone or silent does not answer a close: it is cut off soon. */
  #closeSocket(code: number, reason: string): void {
    const { socket } = this.#options;
    if (code === LIMITS.CLOSE_CODE.lost) socket.terminate();
    else socket.close(code, reason);
    setTimeout(() => socket.terminate(), 1000).unref();
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    clearInterval(this.#timer);
    this.mux.lost(reason);
    if (this.#isAnnounced) this.#options.onEnded(this, reason);
  }
}
