import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { User } from '../accounts/user.ts';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/send-page.ts';
import { wantsJson } from '../pages/wants-json.ts';
import type { FindAdministeredWorkspace } from '../workspaces/administered-workspace.ts';
import { settingsUrl } from '../workspaces/settings-path.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { Consumer } from './consumer.ts';
import { checkConsumerForm, consumerFormSchema, draftFrom, formFrom } from './consumer-form.ts';
import { consumerFormPage } from './consumer-form-page.ts';
import { consumerJson } from './consumer-json.ts';
import { consumerPage } from './consumer-pages.ts';
import type { ConsumerStore } from './consumer-store.ts';

const paramsSchema = z.object({ workspace: z.string(), id: z.coerce.number().int().catch(0) });

/** One consumer: its Key and Secret, Edit, Delete. */
export function addConsumerEditRoutes(
  app: FastifyInstance,
  consumers: ConsumerStore,
  administered: FindAdministeredWorkspace,
  revokeGrantsOf: (consumerKey: string) => void,
): void {
  const base = '/:workspace/workspace/settings/oauth-consumers/:id';

  const find = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): { workspace: Workspace; user: User; consumer: Consumer; own: string } | undefined => {
    const { workspace: slug, id } = paramsSchema.parse(request.params);
    const found = administered(request, reply, slug);
    if (found === undefined) return undefined;
    const consumer = consumers.find(found.workspace.slug, id);
    if (consumer === undefined) {
      sendPage(reply.code(404), messagePage('Not found', 'There is no such OAuth consumer.', found.user));
      return undefined;
    }
    return { ...found, consumer, own: settingsUrl(found.workspace, 'oauth-consumers', id) };
  };

  app.get(base, async (request, reply) => {
    const found = find(request, reply);
    if (found === undefined) return reply;
    if (wantsJson(request)) return consumerJson(found.consumer);
    return sendPage(reply, consumerPage(found.workspace, found.user, found.consumer));
  });

  app.get(`${base}/edit`, async (request, reply) => {
    const found = find(request, reply);
    if (found === undefined) return reply;
    const { workspace, user, consumer, own } = found;
    const page = {
      title: 'Edit OAuth consumer',
      action: own,
      cancel: own,
      form: formFrom(consumer),
      errors: {},
    } as const;
    return sendPage(reply, consumerFormPage(workspace, user, page));
  });

  app.post(base, async (request, reply) => {
    const found = find(request, reply);
    if (found === undefined) return reply;
    const { workspace, user, consumer, own } = found;
    const form = consumerFormSchema.parse(request.body ?? {});
    const errors = checkConsumerForm(form, (name) =>
      consumers.isNameTaken(workspace.slug, name, consumer.id),
    );
    if (Object.keys(errors).length > 0) {
      if (wantsJson(request)) return reply.code(400).send({ errors });
      const page = { title: 'Edit OAuth consumer', action: own, cancel: own, form, errors } as const;
      return sendPage(reply.code(400), consumerFormPage(workspace, user, page));
    }
    const changed = consumers.change(consumer, draftFrom(form));
    if (wantsJson(request)) return consumerJson(changed);
    return reply.redirect(own, 303);
  });

  app.post(`${base}/delete`, async (request, reply) => {
    const found = find(request, reply);
    if (found === undefined) return reply;
    consumers.remove(found.consumer);
    revokeGrantsOf(found.consumer.key);
    if (wantsJson(request)) return reply.code(204).send();
    return reply.redirect(settingsUrl(found.workspace, 'oauth-consumers'), 303);
  });
}
