import type { Role } from '@lockkeeper/contract';
import {
  IconAppWindow,
  IconArrowsLeftRight,
  IconCategory,
  IconEye,
  IconGitBranch,
  IconHome,
  IconKey,
  IconListDetails,
  IconPlugConnected,
  IconScan,
  IconServer2,
  IconServerBolt,
  IconTicket,
  IconUserScan,
  IconUsers,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';

/** One entry of the navigator. It is shown when a route exists for its path and the person has one of its roles. */
export interface Module {
  label: string;
  path: string;
  icon: TablerIcon;
  /** The heading it stands under; null for the top of the list. */
  group: string | null;
  roles: readonly Role[];
  /** 1 for an entry that belongs to the one above it. */
  indent?: 1;
  /** Further words that the filter finds it by. */
  keywords?: string;
}

const anybody: readonly Role[] = ['admin', 'tool_owner', 'integration', 'viewer'];
const admins: readonly Role[] = ['admin'];
const toolPeople: readonly Role[] = ['admin', 'tool_owner', 'viewer'];

export const modules: readonly Module[] = [
  { label: 'Home', path: '/', icon: IconHome, group: null, roles: anybody },
  {
    label: 'Application Registry',
    path: '/application-registries',
    icon: IconAppWindow,
    group: 'System OAuth',
    roles: admins,
    keywords: 'oauth consumer provider client',
  },
  {
    label: 'OAuth Entity Profiles',
    path: '/oauth-entity-profiles',
    icon: IconUserScan,
    group: 'System OAuth',
    roles: admins,
  },
  {
    label: 'OAuth Entity Scopes',
    path: '/oauth-entity-scopes',
    icon: IconScan,
    group: 'System OAuth',
    roles: admins,
  },
  {
    label: 'Manage Tokens',
    path: '/tokens',
    icon: IconTicket,
    group: 'System OAuth',
    roles: admins,
    keywords: 'revoke kill switch expiry unused',
  },
  {
    label: 'Credentials',
    path: '/credentials',
    icon: IconKey,
    group: 'Connections & Credentials',
    roles: admins,
    keywords: 'token secret',
  },
  { label: 'Servers', path: '/mid-servers', icon: IconServer2, group: 'MID Servers', roles: toolPeople },
  {
    label: 'Enrolment',
    path: '/mid-servers/enrolment',
    icon: IconServerBolt,
    group: 'MID Servers',
    roles: admins,
  },
  { label: 'Tools', path: '/tools', icon: IconCategory, group: 'DevOps', roles: toolPeople },
  {
    label: 'Bitbucket',
    path: '/tools/bitbucket-cloud',
    icon: IconPlugConnected,
    group: 'DevOps',
    roles: toolPeople,
    indent: 1,
  },
  { label: 'Repositories', path: '/repositories', icon: IconGitBranch, group: 'DevOps', roles: toolPeople },
  { label: 'Users and Roles', path: '/users', icon: IconUsers, group: 'System', roles: admins },
  { label: 'API Keys', path: '/api-keys', icon: IconArrowsLeftRight, group: 'System', roles: admins },
  {
    label: 'Event Subscriptions',
    path: '/event-subscriptions',
    icon: IconWebhook,
    group: 'System',
    roles: admins,
    keywords: 'webhook notify',
  },
  { label: 'Audit Entries', path: '/audit-entries', icon: IconListDetails, group: 'System', roles: admins },
  {
    label: 'Secrets Used',
    path: '/secrets-used',
    icon: IconEye,
    group: 'System',
    roles: admins,
    keywords: 'audit incident who',
  },
];

/** What the navigator shows to somebody with these roles. */
export function modulesFor(roles: readonly Role[], hasPage: (path: string) => boolean): Module[] {
  return modules.filter((entry) => hasPage(entry.path) && entry.roles.some((role) => roles.includes(role)));
}

/** Entries whose label or group holds every word of the filter; a match of the group shows the whole group. */
export function matchingModules(entries: readonly Module[], filter: string): Module[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const text = `${entry.group ?? ''} ${entry.label} ${entry.keywords ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The module that a page belongs to: the one with the longest path that the page's begins with. */
export function moduleOf(pathname: string): Module | undefined {
  return modules
    .filter(({ path }) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}
