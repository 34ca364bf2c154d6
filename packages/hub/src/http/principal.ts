import type { ActorRef, Role } from '@lockkeeper/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HubError } from './hub-error.ts';

/** A person, signed in with a browser. */
export interface UserPrincipal {
  kind: 'user';
  id: string;
  name: string;
  email: string;
  roles: readonly Role[];
  sessionId: string;
  /** Whether they proved a moment ago who they are: what a route with `stepUp` asks for. */
  confirmed: boolean;
}

export interface ApiKeyPrincipal {
  kind: 'api_key';
  id: string;
  name: string;
  roles: readonly Role[];
  /** The tools whose API it may call; none by default. */
  toolIds: readonly string[];
  /** Whether it may change things at those tools. */
  mayWrite: boolean;
}

/** The program itself: scheduled work, the command line. Never comes in over HTTP. */
export interface SystemPrincipal {
  kind: 'system';
  /** What of it acted: `command line`, `scheduler`. */
  name: string;
}

export type RequestPrincipal = UserPrincipal | ApiKeyPrincipal;
export type Principal = RequestPrincipal | SystemPrincipal;

/** Tells who sent a request, or undefined when it carries no valid proof of that. */
export type Authenticate = (
  request: FastifyRequest,
  /** A session that moves its end on sets its cookie again. */
  reply: FastifyReply,
) => Promise<RequestPrincipal | undefined>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it. Always set on routes whose policy names roles; see `route-policy.ts`. */
    principal: RequestPrincipal | undefined;
  }
}

/** @throws HubError `access.unauthenticated` on a public route without a valid session */
export function principalOf(request: FastifyRequest): RequestPrincipal {
  if (request.principal === undefined) throw new HubError('access.unauthenticated');
  return request.principal;
}

/** As records and audit entries remember them. */
export function actorOf(principal: Principal): ActorRef {
  return {
    kind: principal.kind,
    id: principal.kind === 'system' ? null : principal.id,
    name: principal.name,
  };
}

export function hasAnyRole(principal: Principal, roles: readonly Role[]): boolean {
  return principal.kind === 'system' || principal.roles.some((role) => roles.includes(role));
}

/** People may use every tool that their role reaches; an API key only the tools it names. */
export function mayUseTool(principal: Principal, toolId: string): boolean {
  return principal.kind !== 'api_key' || principal.toolIds.includes(toolId);
}

/** Whether it may change things through a tool, not only read. */
export function mayWriteThrough(principal: Principal, toolId: string): boolean {
  return mayUseTool(principal, toolId) && (principal.kind !== 'api_key' || principal.mayWrite);
}
