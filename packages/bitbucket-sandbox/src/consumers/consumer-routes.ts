import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sendPage } from '../pages/send-page.ts';
import { wantsJson } from '../pages/wants-json.ts';
import type { FindAdministeredWorkspace } from '../workspaces/administered-workspace.ts';
import { settingsUrl } from '../workspaces/settings-path.ts';
import { checkConsumerForm, consumerFormSchema, draftFrom } from './consumer-form.ts';
import { consumerFormPage } from './consumer-form-page.ts';
import { consumerJson } from './consumer-json.ts';
import { consumerListPage } from './consumer-pages.ts';
import type { ConsumerStore } from './consumer-store.ts';

const workspaceParams = z.object({ workspace: z.string() });

/** The list of consumers and the form that adds one. */
export function addConsumerRoutes(
  app: FastifyInstance,
  consumers: ConsumerStore,
  administered: FindAdministeredWorkspace,
): void {
  const base = '/:workspace/workspace/settings/oauth-consumers';

  app.get(base, async (request, reply) => {
    const found = administered(request, reply, workspaceParams.parse(request.params).workspace);
    if (found === undefined) return reply;
    const list = consumers.list(found.workspace.slug);
    if (wantsJson(request)) return { consumers: list.map(consumerJson) };
    return sendPage(reply, consumerListPage(found.workspace, found.user, list));
  });

  app.get(`${base}/new`, async (request, reply) => {
    const found = administered(request, reply, workspaceParams.parse(request.params).workspace);
    if (found === undefined) return reply;
    const list = settingsUrl(found.workspace, 'oauth-consumers');
    const form = consumerFormSchema.parse({});
    return sendPage(
      reply,
      consumerFormPage(found.workspace, found.user, {
        title: 'Add OAuth consumer',
        action: list,
        cancel: list,
        form,
        errors: {},
      }),
    );
  });

  app.post(base, async (request, reply) => {
    const found = administered(request, reply, workspaceParams.parse(request.params).workspace);
    if (found === undefined) return reply;
    const { workspace, user } = found;
    const form = consumerFormSchema.parse(request.body ?? {});
    const errors = checkConsumerForm(form, (name) => consumers.isNameTaken(workspace.slug, name));
    if (Object.keys(errors).length > 0) {
      if (wantsJson(request)) return reply.code(400).send({ errors });
      const list = settingsUrl(workspace, 'oauth-consumers');
      const page = { title: 'Add OAuth consumer', action: list, cancel: list, form, errors } as const;
      return sendPage(reply.code(400), consumerFormPage(workspace, user, page));
    }
    const consumer = consumers.create(workspace.slug, draftFrom(form));
    if (wantsJson(request)) return reply.code(201).send(consumerJson(consumer));
    return reply.redirect(settingsUrl(workspace, 'oauth-consumers', consumer.id), 303);
  });
}
