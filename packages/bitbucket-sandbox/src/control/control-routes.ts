import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Sessions } from '../accounts/session.ts';
import { type Faults, faultSchema } from '../faults/faults.ts';
import { sendPage } from '../pages/send-page.ts';
import { styleSheet } from '../pages/style-sheet.ts';
import { changeSwitches, type Switches } from '../switches/switches.ts';
import { type ControlPageParts, controlPage } from './control-page.ts';

const formSchema = z.record(z.string(), z.string());
const changesSchema = z.record(z.string(), z.unknown());

export interface ControlParts extends ControlPageParts {
  readonly faults: Faults;
  readonly sessions: Sessions;
}

/** The sandbox's own controls; Bitbucket has nothing like them. */
export function addControlRoutes(app: FastifyInstance, parts: ControlParts): void {
  const { world, consumers, switches, inspection, faults, sessions } = parts;

  app.get('/sandbox/style.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=300').send(styleSheet),
  );

  app.get('/sandbox', async (request, reply) => sendPage(reply, controlPage(parts, sessions.find(request))));

  app.post('/sandbox/switches', async (request, reply) => {
    changeSwitches(switches, fromForm(switches, formSchema.parse(request.body)));
    return reply.redirect('/sandbox', 303);
  });

  app.get('/sandbox/switches', async () => switches);

  app.patch('/sandbox/switches', async (request, reply) => {
    const changes = changesSchema.parse(request.body);
    try {
      changeSwitches(switches, changes);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      return reply
        .code(400)
        .send({ errors: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) });
    }
    return switches;
  });

  app.get('/sandbox/state', async () => ({
    users: world.users.map((user) => ({
      nickname: user.nickname,
      display_name: user.displayName,
      uuid: user.uuid,
    })),
    workspaces: world.workspaces.map((workspace) => ({
      slug: workspace.slug,
      name: workspace.name,
      projects: workspace.projects.length,
      repositories: workspace.repositoryCount,
    })),
    consumers: consumers
      .listAll()
      .map(({ id, name, workspaceSlug }) => ({ id, name, workspace: workspaceSlug })),
    api_requests: inspection.apiRequests().length,
    token_requests: inspection.tokenRequests(),
  }));

  app.post('/sandbox/faults', async (request, reply) => {
    faults.failNext(faultSchema.parse(request.body));
    return reply.code(201).send({ pending: faults.pending() });
  });

  app.delete('/sandbox/faults', async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
}

/** A form knows only text. */
function fromForm(switches: Switches, form: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(switches)
      .filter(([name]) => form[name] !== undefined)
      .map(([name, value]) => {
        const text = form[name] ?? '';
        if (typeof value === 'boolean') return [name, text === 'true'];
        return [name, typeof value === 'number' ? Number(text) : text];
      }),
  );
}
