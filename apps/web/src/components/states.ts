import type { DiscoveryRunState, MidServerStatus, TokenState, ToolState } from '@lockkeeper/contract';
import {
  IconBan,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconGauge,
  IconHelpHexagonFilled,
  IconHourglass,
  IconLoader2,
  IconLockExclamation,
  IconPlayerPauseFilled,
  IconRefresh,
  IconShieldCheck,
  IconShieldQuestion,
  type TablerIcon,
} from '@tabler/icons-react';

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'idle';

/** How a state is shown: always icon, word and colour together. */
export interface StateLook {
  word: string;
  tone: Tone;
  icon: TablerIcon;
  /** Only running things turn. */
  turns?: true;
}

export const states = {
  available: { word: 'Available', tone: 'good', icon: IconCircleCheckFilled },
  up: { word: 'Up', tone: 'good', icon: IconCircleCheckFilled },
  connected: { word: 'Connected', tone: 'good', icon: IconCircleCheckFilled },
  active: { word: 'Active', tone: 'good', icon: IconCircleCheckFilled },
  succeeded: { word: 'Succeeded', tone: 'good', icon: IconCircleCheckFilled },
  validated: { word: 'Validated', tone: 'good', icon: IconShieldCheck },
  refreshing: { word: 'Refreshing', tone: 'info', icon: IconRefresh, turns: true },
  running: { word: 'Running', tone: 'info', icon: IconLoader2, turns: true },
  expiring: { word: 'Expiring', tone: 'warn', icon: IconHourglass },
  uncertain: { word: 'Uncertain', tone: 'warn', icon: IconHelpHexagonFilled },
  throttled: { word: 'Throttled', tone: 'warn', icon: IconGauge },
  notValidated: { word: 'Not validated', tone: 'warn', icon: IconShieldQuestion },
  needsAuthorization: { word: 'Needs authorization', tone: 'bad', icon: IconLockExclamation },
  down: { word: 'Down', tone: 'bad', icon: IconCircleXFilled },
  disconnected: { word: 'Disconnected', tone: 'bad', icon: IconCircleXFilled },
  missing: { word: 'Missing', tone: 'bad', icon: IconCircleXFilled },
  failed: { word: 'Failed', tone: 'bad', icon: IconCircleXFilled },
  revoked: { word: 'Revoked', tone: 'idle', icon: IconBan },
  inactive: { word: 'Inactive', tone: 'idle', icon: IconBan },
  paused: { word: 'Paused', tone: 'idle', icon: IconPlayerPauseFilled },
  none: { word: 'No token yet', tone: 'idle', icon: IconCircleDashed },
  waiting: { word: 'Waiting', tone: 'idle', icon: IconCircleDashed },
} as const satisfies Record<string, StateLook>;

export const tokenStates: Record<TokenState, StateLook> = {
  none: states.none,
  available: states.available,
  refreshing: states.refreshing,
  uncertain: states.uncertain,
  needs_authorization: states.needsAuthorization,
  revoked: states.revoked,
};

export const midServerStates: Record<MidServerStatus, StateLook> = {
  up: states.up,
  down: states.down,
  paused: states.paused,
  draining: { word: 'Draining', tone: 'idle', icon: IconPlayerPauseFilled },
};

export const toolStates: Record<ToolState, StateLook> = {
  connected: states.connected,
  disconnected: states.disconnected,
  throttled: states.throttled,
};

export const runStates: Record<DiscoveryRunState, StateLook> = {
  queued: states.waiting,
  running: states.running,
  throttled: states.throttled,
  paused: states.paused,
  succeeded: states.succeeded,
  failed: states.failed,
  cancelled: { word: 'Cancelled', tone: 'idle', icon: IconBan },
};
