import type { Page, Tool, ToolCreate, ToolKind, ToolPatch } from '@lockkeeper/contract';
import type { ToolDefinition } from '@lockkeeper/tool';
import type { Kysely } from 'kysely';
import { changedFields } from '../access/audit-entry.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { violatedUniqueIndex } from '../db/violations.ts';
import type { EventBus } from '../events/event-bus.ts';
import { found, HubError, invalidFields } from '../http/hub-error.ts';
import type { PageRequest } from '../http/page.ts';
import { actorOf, type Principal } from '../http/principal.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import { connectTool } from './connect-tool.ts';
import { baseUrlProblem, definitionOf, normalBaseUrl, type ToolRecord, toKind, toTool } from './tool.ts';
import type { ToolAccess } from './tool-access.ts';
import { referenceProblems } from './tool-references.ts';
import {
  deleteTool,
  findByName,
  findTool,
  findToolRow,
  insertTool,
  lockRuns,
  lockTool,
  pageOfTools,
  type ToolValues,
  type ToolWithSurroundings,
  updateTool,
  writeConnectReport,
} from './tool-store.ts';

export interface ToolServiceOptions {
  readonly db: Db;
  readonly definitions: readonly ToolDefinition[];
  readonly access: ToolAccess;
  readonly originPolicy: OriginPolicy;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly now: () => Date;
}

/** Who asks, and the request's id for the audit entry. */
export interface Asker {
  readonly principal: Principal;
  readonly requestId: string | null;
}

export interface ToolService {
  kinds(): ToolKind[];
  list(request: PageRequest & { q?: string | undefined }): Promise<Page<Tool>>;
  get(id: string): Promise<Tool>;
  create(input: ToolCreate, asker: Asker): Promise<Tool>;
  /** Other settings have proved nothing yet: the tool is Disconnected until the next Connect. */
  update(id: string, patch: ToolPatch, asker: Asker): Promise<Tool>;
  remove(id: string, asker: Asker): Promise<void>;
  connect(id: string, asker: Asker): Promise<Tool>;
}

export function createToolService(options: ToolServiceOptions): ToolService {
  const { db, definitions, access, originPolicy, audit, events, now } = options;
  const view = (tool: ToolWithSurroundings): Tool => toTool(tool, tool.around, definitions, now());

  async function get(id: string): Promise<Tool> {
    return view(found(await findTool(db, id), 'tool'));
  }

  /** @throws HubError naming every field that needs a change */
  async function validate(
    trx: Kysely<Database>,
    definition: ToolDefinition,
    values: ToolValues,
    own?: string,
  ): Promise<void> {
    const namesake = await findByName(trx, values.name);
    if (namesake !== undefined && namesake !== own) throw nameTaken(namesake);
    const baseUrl = baseUrlProblem(values.baseUrl, definition, originPolicy);
    const errors = [
      ...(baseUrl === undefined ? [] : [baseUrl]),
      ...(await referenceProblems(trx, definition, values)),
    ];
    if (errors.length > 0) throw invalidFields(errors);
  }

  return {
    kinds: () => definitions.map(toKind),

    async list(request) {
      const page = await pageOfTools(db, request);
      return { ...page, items: page.items.map(view) };
    },

    get,

    async create(input, { principal, requestId }) {
      const definition = definitions.find(({ kind }) => kind === input.kind);
      if (definition === undefined) {
        throw invalidFields([{ field: 'kind', code: 'unknown', message: 'is no kind of tool' }]);
      }
      const values: ToolValues = {
        name: input.name,
        baseUrl: normalBaseUrl(input.baseUrl ?? definition.defaultBaseUrl),
        credentialId: input.credentialId,
        midServerId: input.midServerId,
      };
      const id = newId('tool');
      await db.transaction().execute(async (trx) => {
        await validate(trx, definition, values);
        const actor = actorOf(principal);
        await unlessNameTaken(
          insertTool(trx, { ...values, id, kind: input.kind, createdBy: actor, now: now() }),
        );
        await events.publish({ type: 'tool.updated', toolId: id }, trx);
        await audit.record(
          {
            actor,
            action: 'tool.created',
            subject: { type: 'tool', id, name: values.name },
            summary: `created the tool ${values.name}`,
            after: { kind: input.kind, ...values },
            requestId,
          },
          trx,
        );
      });
      return get(id);
    },

    async update(id, { version, ...patch }, { principal, requestId }) {
      await db.transaction().execute(async (trx) => {
        const before = found(await lockTool(trx, id), 'tool');
        if (version !== undefined && version !== before.version) {
          throw new HubError('record.changed', { detail: 'Nothing was saved. Reload to see the change.' });
        }
        const old = valuesOf(before);
        const values: ToolValues = {
          name: patch.name ?? old.name,
          baseUrl: patch.baseUrl === undefined ? old.baseUrl : normalBaseUrl(patch.baseUrl),
          credentialId: patch.credentialId ?? old.credentialId,
          midServerId: patch.midServerId === undefined ? old.midServerId : patch.midServerId,
        };
        await validate(trx, definitionOf(definitions, before.kind), values, id);
        const { name: _, ...reach } = values;
        const { name: __, ...oldReach } = old;
        const disconnect = Object.keys(changedFields(oldReach, reach).after).length > 0;
        await unlessNameTaken(updateTool(trx, id, values, { now: now(), disconnect }));
        await events.publish({ type: 'tool.updated', toolId: before.id }, trx);
        await audit.record(
          {
            actor: actorOf(principal),
            action: 'tool.changed',
            subject: { type: 'tool', id, name: values.name },
            summary: `changed the tool ${values.name}`,
            ...changedFields(old, values),
            requestId,
          },
          trx,
        );
      });
      return get(id);
    },

    async remove(id, { principal, requestId }) {
      await db.transaction().execute(async (trx) => {
        // Runs before their tool, as everywhere: a page that is being kept is waited for.
        await lockRuns(trx, id);
        const tool = found(await lockTool(trx, id), 'tool');
        await deleteTool(trx, id);
        await events.publish({ type: 'tool.updated', toolId: tool.id }, trx);
        await audit.record(
          {
            actor: actorOf(principal),
            action: 'tool.deleted',
            subject: { type: 'tool', id, name: tool.name },
            summary: `deleted the tool ${tool.name} and everything discovered through it`,
            before: { kind: tool.kind, ...valuesOf(tool) },
            requestId,
          },
          trx,
        );
      });
    },

    async connect(id, { principal, requestId }) {
      const open = await access.open(id, actorOf(principal));
      const outcome = await connectTool(open, now);
      await db.transaction().execute(async (trx) => {
        const kept = await writeConnectReport(trx, open.tool, outcome);
        if (!kept) {
          found(await findToolRow(trx, id), 'tool');
          throw new HubError('record.changed', {
            detail: 'The settings were changed while they were tested. Connect again.',
          });
        }
        await events.publish({ type: 'tool.updated', toolId: open.tool.id }, trx);
        const { problem, account, permissions } = outcome.report;
        await audit.record(
          {
            actor: actorOf(principal),
            action: 'tool.connected',
            outcome: problem === null ? 'success' : 'failure',
            subject: { type: 'tool', id, name: open.tool.name },
            summary:
              problem === null
                ? `connected the tool ${open.tool.name}`
                : `could not connect the tool ${open.tool.name}: ${problem.title}`,
            after: {
              account: account?.displayName ?? null,
              missing: permissions.filter(({ granted }) => !granted).map(({ label }) => label),
            },
            requestId,
          },
          trx,
        );
      });
      return get(id);
    },
  };
}

function nameTaken(conflictingId?: string): HubError {
  const problem = { field: 'name', code: 'taken', message: 'is the name of another tool' };
  return new HubError('record.name_taken', {
    detail: 'Nothing was saved.',
    errors: [conflictingId === undefined ? problem : { ...problem, conflictingId }],
  });
}

/** Two people may save the same name at once: the index decides. */
async function unlessNameTaken(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw violatedUniqueIndex(error) === 'tools_name' ? nameTaken() : error;
  }
}

function valuesOf(tool: ToolRecord): ToolValues {
  const { name, baseUrl, credentialId, midServerId } = tool;
  return { name, baseUrl, credentialId, midServerId };
}
