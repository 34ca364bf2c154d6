import { type ConnectReport, type PermissionCheck, problemCatalogue } from '@lockkeeper/contract';
import type { PermissionFinding, ToolError } from '@lockkeeper/tool';
import { asToolError, hubErrorBehind } from './as-tool-error.ts';
import type { OpenTool } from './tool-access.ts';

const SECOND = 1000;
/** Somebody waits in front of the page. */
export const connectTimeoutMs = 20 * SECOND;

export interface ConnectOutcome {
  readonly report: ConnectReport;
  readonly connected: boolean;
  readonly throttledUntil: Date | null;
  /** The tool's HTTP status where it refused. */
  readonly status: number | null;
}

/** Tries the whole way: instance, MID Server, tool, and back; says what was found or what to change. */
export async function connectTool(open: OpenTool, now: () => Date): Promise<ConnectOutcome> {
  try {
    const { identity, permissions } = await open.definition.connect(
      open.contextFor(AbortSignal.timeout(connectTimeoutMs)),
    );
    return {
      report: {
        ...reportBase(open, now()),
        outcome: 'connected',
        account: { id: identity.externalId, displayName: identity.displayName },
        permissions: permissions.map(toCheck),
        problem: null,
      },
      connected: true,
      throttledUntil: null,
      status: null,
    };
  } catch (error) {
    const failure = asToolError(error);
    if (failure === undefined) throw error;
    return {
      report: {
        ...reportBase(open, now()),
        outcome: 'failed',
        account: null,
        permissions: [],
        problem: problemOf(failure, open),
      },
      // A wait says nothing about the connection.
      connected: failure.kind === 'throttled' && open.tool.connected,
      throttledUntil: failure.retryAt ?? null,
      status: failure.status ?? null,
    };
  }
}

function reportBase(open: OpenTool, checkedAt: Date) {
  const route = open.lastRoute();
  return {
    checkedAt: checkedAt.toISOString(),
    midServer: route?.midServer ?? null,
    instanceToMidServerMs: route?.instanceToMidServerMs ?? null,
    midServerToToolMs: route?.midServerToToolMs ?? null,
  };
}

function toCheck({ permission, state, remedy }: PermissionFinding): PermissionCheck {
  return {
    label: permission.label,
    scope: permission.scope,
    granted: state === 'granted',
    remedy: state === 'unchecked' ? 'The tool did not say which permissions were granted.' : (remedy ?? null),
  };
}

const titles: Readonly<Record<ToolError['kind'], (vendor: string) => string>> = {
  throttled: (vendor) => `${vendor} asks to wait`,
  unauthorized: (vendor) => `${vendor} did not accept the access token`,
  forbidden: (vendor) => `${vendor} did not grant a permission`,
  not_found: (vendor) => `This is not ${vendor}'s address`,
  removed: (vendor) => `${vendor} has removed this function`,
  malformed: (vendor) => `The answer is not one of ${vendor}`,
  unreachable: (vendor) => `${vendor} could not be reached`,
};

function problemOf(error: ToolError, open: OpenTool): NonNullable<ConnectReport['problem']> {
  const { vendor } = open.definition.permissionPlace;
  const ours = hubErrorBehind(error);
  if (ours !== undefined) {
    return {
      code: ours.code,
      title: problemCatalogue[ours.code].title,
      detail: ours.message,
      remedy: ours.details.remedy ?? remedyFor(error, open),
    };
  }
  return {
    code: `tool.${error.kind}`,
    title: titles[error.kind](vendor),
    detail: error.message,
    remedy: remedyFor(error, open),
  };
}

function remedyFor(error: ToolError, open: OpenTool): string[] {
  const { permissionPlace, defaultBaseUrl } = open.definition;
  // The vendor's path at the origin that was chosen: most wrong addresses lack just that.
  const likely = new URL(open.tool.baseUrl).origin + new URL(defaultBaseUrl).pathname;
  switch (error.kind) {
    case 'unauthorized':
      return [
        `In ${permissionPlace.vendor}, look whether the ${permissionPlace.subject} still exists and **This is a private consumer** is not ticked`,
        'Here: open the credential and press **Get OAuth Token**',
        'Then **Connect** again',
      ];
    case 'not_found':
    case 'malformed':
      return [`Set **Base URL** to ${likely}`, 'Then **Connect** again'];
    case 'unreachable':
      return ['Look whether the MID Server is Up and may reach the address', 'Then **Connect** again'];
    default:
      return [];
  }
}
