import type { ActorRef } from '@lockkeeper/contract';
import type { FastifyRequest } from 'fastify';
import { actorOf, type Principal, principalOf } from './principal.ts';

/** Who wants something, and by which request: what every audited change has to know. */
export interface Caller {
  readonly principal: Principal;
  /** The same, as records and audit entries remember it. */
  readonly actor: ActorRef;
  /** null for work that no request asked for. */
  readonly requestId: string | null;
}

/** As much of it as an audit entry remembers; it can be told to another instance. */
export type Requester = Pick<Caller, 'actor' | 'requestId'>;

export function callerOf(request: FastifyRequest): Caller {
  return callerFor(principalOf(request), request.id);
}

/** The program itself, such as `scheduler` or `command line`. */
export function systemCaller(name: string, requestId: string | null = null): Caller {
  return callerFor({ kind: 'system', name }, requestId);
}

export function callerFor(principal: Principal, requestId: string | null): Caller {
  return { principal, actor: actorOf(principal), requestId };
}
