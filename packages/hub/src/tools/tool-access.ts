import type { ActorRef } from '@lockkeeper/contract';
import { CallBudget, type ToolCall, type ToolContext, type ToolDefinition } from '@lockkeeper/tool';
import type { Db } from '../db/database.ts';
import { HubError } from '../http/hub-error.ts';
import { definitionOf, type ToolRecord } from './tool.ts';
import type { CallRoute, CallThroughMidServer } from './tool-calls.ts';
import { findToolRow, noteThrottled } from './tool-store.ts';

const SECOND = 1000;
/** One call of a vendor's client, from sending it to the last byte of the answer. */
const callTimeoutMs = 60 * SECOND;

/** A tool that can be called: counted, and held back while throttled. */
export interface OpenTool {
  readonly tool: ToolRecord;
  readonly definition: ToolDefinition;
  readonly budget: CallBudget;
  /** For the vendor's client: each call is bounded in time. */
  readonly contextFor: (signal: AbortSignal) => ToolContext;
  /** For callers that take as long as they need. */
  readonly call: ToolCall;
  /** How the last call travelled. */
  readonly lastRoute: () => CallRoute | undefined;
}

export interface ToolAccessOptions {
  readonly db: Db;
  readonly definitions: readonly ToolDefinition[];
  readonly call: CallThroughMidServer;
  readonly now: () => Date;
}

/** The one way by which the instance calls tools. */
export class ToolAccess {
  readonly #options: ToolAccessOptions;

  constructor(options: ToolAccessOptions) {
    this.#options = options;
  }

  /**
   * @param actor who wants the calls: they are told as users of the tool's credential
   * @param midServerId instead of the way it goes otherwise, for a test
   * @throws HubError `record.unknown`
   */
  async open(toolId: string, actor: ActorRef, midServerId?: string): Promise<OpenTool> {
    const { db, definitions, now } = this.#options;
    const tool = await findToolRow(db, toolId);
    if (tool === undefined) throw new HubError('record.unknown', { detail: 'This tool does not exist.' });
    const budget = new CallBudget({ now, throttledUntil: tool.throttledUntil ?? undefined });
    const way = { ...tool, midServerId: midServerId ?? tool.midServerId };
    const { call: uncounted, lastRoute } = this.#through(way, actor);
    const call = budget.around(uncounted);
    const bounded: ToolCall = (request, signal) =>
      call(request, AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]));
    return {
      tool,
      definition: definitionOf(definitions, tool.kind),
      budget,
      call,
      contextFor: (signal) => ({ call: bounded, baseUrl: tool.baseUrl, signal }),
      lastRoute,
    };
  }

  /** Whether it would still be called the same way. */
  async isUnchanged(tool: ToolRecord): Promise<boolean> {
    const now = await findToolRow(this.#options.db, tool.id);
    return (
      now?.baseUrl === tool.baseUrl &&
      now.credentialId === tool.credentialId &&
      now.midServerId === tool.midServerId
    );
  }

  now(): Date {
    return this.#options.now();
  }

  /** Every instance holds back from now on, not only the one that was refused. */
  async noteThrottled(toolId: string, until: Date): Promise<void> {
    await noteThrottled(this.#options.db, toolId, until);
  }

  #through(tool: ToolRecord, actor: ActorRef): { call: ToolCall; lastRoute: () => CallRoute | undefined } {
    const target = {
      toolId: tool.id,
      baseUrl: tool.baseUrl,
      credentialId: tool.credentialId,
      midServerId: tool.midServerId,
      actor,
    };
    let route: CallRoute | undefined;
    return {
      lastRoute: () => route,
      call: async (request, signal) => {
        const response = await this.#options.call(target, request, signal);
        route = response.route;
        return response;
      },
    };
  }
}
