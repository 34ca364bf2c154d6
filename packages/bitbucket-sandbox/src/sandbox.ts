import { createSessions } from './accounts/session.ts';
import type { User } from './accounts/user.ts';
import { buildApp } from './build-app.ts';
import type { Consumer, ConsumerDraft } from './consumers/consumer.ts';
import { createConsumerStore } from './consumers/consumer-store.ts';
import { createRecorder, type Inspection } from './control/inspection.ts';
import { createFaults, type FaultOptions } from './faults/faults.ts';
import type { Grant } from './oauth/grant.ts';
import { createTokenStore } from './oauth/token-store.ts';
import { createLinks } from './rest/links.ts';
import { resolveOptions, type SandboxOptions } from './sandbox-options.ts';
import { generateWorld } from './seed/world.ts';
import { changeSwitches, defaultSwitches, type SwitchChanges, type Switches } from './switches/switches.ts';
import type { Workspace } from './workspaces/workspace.ts';

/** A local Bitbucket Cloud. */
export interface Sandbox {
  /** Where browsers and clients find it; known once it listens, or from `publicOrigin`. */
  readonly origin: string;
  readonly users: readonly User[];
  readonly workspaces: readonly Workspace[];
  /** May be changed at any time. */
  readonly switches: Switches;
  /** Like an assignment to `switches`, but checked. */
  changeSwitches(changes: SwitchChanges): void;
  readonly inspection: Inspection;
  consumers(): Consumer[];
  /** Adds a consumer without the screens. */
  addConsumer(workspaceSlug: string, draft: Partial<ConsumerDraft> & Pick<ConsumerDraft, 'name'>): Consumer;
  grants(): Grant[];
  /** As if every user had revoked every application. */
  revokeGrants(): void;
  expireAccessTokens(): void;
  /** Lets the next request to a path fail. */
  failNext(fault: FaultOptions): void;
  /** Port 0 (the default) takes a free one. Answers the origin. @throws Error in plain words if it cannot listen */
  listen(address?: { host?: string; port?: number }): Promise<string>;
  close(): Promise<void>;
}

export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { seed, workspaces, repositories, publicOrigin, clock: now, randomBytes } = resolveOptions(options);
  const switches = defaultSwitches();
  changeSwitches(switches, options.switches ?? {});
  let origin = publicOrigin === undefined ? undefined : new URL(publicOrigin).origin;
  const getOrigin = (): string => origin ?? 'http://sandbox.invalid';

  const world = generateWorld({ seed, workspaces, repositories, now: now() });
  const consumers = createConsumerStore(randomBytes);
  const tokens = createTokenStore(randomBytes, now, switches);
  const sessions = createSessions(randomBytes, world);
  const faults = createFaults();
  const recorder = createRecorder();
  const links = createLinks(getOrigin);
  const parts = { world, consumers, tokens, sessions, faults, recorder, links, switches, now };
  const app = await buildApp({ ...parts, onApiAnswer: options.onApiAnswer });

  return {
    get origin() {
      return getOrigin();
    },
    users: world.users,
    workspaces: world.workspaces,
    switches,
    changeSwitches: (changes) => changeSwitches(switches, changes),
    inspection: recorder,
    consumers: () => consumers.listAll(),
    addConsumer: (workspaceSlug, draft) => {
      const empty = { description: '', callbackUrl: '', url: '', isPrivate: false, scopes: [] };
      return consumers.create(workspaceSlug, { ...empty, ...draft });
    },
    grants: () => tokens.listGrants(),
    revokeGrants: () => {
      for (const grant of tokens.listGrants()) tokens.revokeGrant(grant);
    },
    expireAccessTokens: () => tokens.expireAccessTokens(),
    failNext: (fault) => faults.failNext(fault),
    listen: async ({ host = '127.0.0.1', port = 0 } = {}) => {
      try {
        const address = await app.listen({ host, port });
        origin ??= new URL(address).origin;
      } catch (cause) {
        throw new Error(
          `The sandbox cannot listen on ${host}:${port} (${codeOf(cause)}). Choose another port.`,
          { cause },
        );
      }
      return getOrigin();
    },
    close: () => app.close(),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
