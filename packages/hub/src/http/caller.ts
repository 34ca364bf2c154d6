import type { ActorRef } from '@lockkeeper/contract';
import type { FastifyRequest } from 'fastify';
import { actorOf, principalOf } from './principal.ts';

/** Who wants something, and by which request: what every audited change has to know. */
export interface Caller {
  readonly actor: ActorRef;
  /** null for work that no request asked for. */
  readonly requestId: string | null;
}

export function callerOf(request: FastifyRequest): Caller {
  return { actor: actorOf(principalOf(request)), requestId: request.id };
}
