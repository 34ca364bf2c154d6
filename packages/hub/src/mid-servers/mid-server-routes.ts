import {
  enrolmentToken,
  enrolmentTokenCreate,
  enrolmentTokenCreated,
  enrolmentTokenId,
  listQuery,
  midServer,
  midServerActivity,
  midServerEnrol,
  midServerEnrolled,
  midServerId,
  midServerValidate,
  pageOf,
} from '@lockkeeper/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { principalOf } from '../http/principal.ts';
import type { EnrolmentService, Origin } from './enrolment-service.ts';
import type { MidServerService } from './mid-server-service.ts';

const params = z.strictObject({ id: midServerId });
const tokenParams = z.strictObject({ id: enrolmentTokenId });
const base = '/api/v1/mid-servers';
/** Tokens cannot be guessed; this only keeps a fault at one host from filling the audit log. */
const enrolRate = { max: 30, timeWindow: '1 minute' };

export function registerMidServerRoutes(
  app: HttpApp,
  servers: MidServerService,
  enrolment: EnrolmentService,
): void {
  const sortable = ['name', 'host', 'agentVersion', 'enrolledAt'] as const;
  app.get(
    base,
    { schema: { querystring: listQuery(sortable, 'name'), response: { 200: pageOf(midServer) } } },
    async (request) => servers.list(request.query),
  );
  app.get(`${base}/:id`, { schema: { params, response: { 200: midServer } } }, async (request) =>
    servers.get(request.params.id),
  );
  app.get(
    `${base}/:id/activity`,
    { schema: { params, response: { 200: midServerActivity } } },
    async (request) => servers.activity(request.params.id),
  );
  app.post(
    `${base}/:id/validate`,
    { schema: { params, body: midServerValidate, response: { 200: midServer } } },
    async (request) => servers.validate(request.params.id, request.body.fingerprint, originOf(request)),
  );
  for (const action of ['invalidate', 'pause', 'resume', 'rekey'] as const) {
    app.post(`${base}/:id/${action}`, { schema: { params, response: { 200: midServer } } }, async (request) =>
      servers[action](request.params.id, originOf(request)),
    );
  }
  app.delete(
    `${base}/:id`,
    { schema: { params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await servers.remove(request.params.id, originOf(request));
      return reply.code(204).send();
    },
  );

  app.get(
    `${base}/enrolment-tokens`,
    {
      schema: {
        querystring: listQuery(['createdAt', 'expiresAt'], '-createdAt'),
        response: { 200: pageOf(enrolmentToken) },
      },
    },
    async (request) => enrolment.list(request.query),
  );
  app.post(
    `${base}/enrolment-tokens`,
    { schema: { body: enrolmentTokenCreate, response: { 201: enrolmentTokenCreated } } },
    async (request, reply) =>
      reply.code(201).send(await enrolment.createToken(request.body.name, originOf(request))),
  );
  app.delete(
    `${base}/enrolment-tokens/:id`,
    { schema: { params: tokenParams, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await enrolment.removeToken(request.params.id, originOf(request));
      return reply.code(204).send();
    },
  );
  // Authenticated by the one-time token in the body and nothing else.
  app.post(
    `${base}/enrol`,
    {
      schema: { body: midServerEnrol, response: { 201: midServerEnrolled } },
      config: { rateLimit: enrolRate },
    },
    async (request, reply) =>
      reply.code(201).send(await enrolment.enrol(request.body, request.ip, request.id)),
  );
}

function originOf(request: FastifyRequest): Origin {
  return { principal: principalOf(request), requestId: request.id };
}
