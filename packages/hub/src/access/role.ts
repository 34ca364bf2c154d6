import { type Role, type RoleView, role } from '@lockkeeper/contract';
import { z } from 'zod';

/** Roles as the database holds them. */
export const storedRoles = z.array(role);

const words: Record<Role, Omit<RoleView, 'role'>> = {
  admin: { label: 'Administrator', description: 'Sets up providers, credentials, MID Servers and people.' },
  tool_owner: { label: 'Tool owner', description: 'Connects tools and chooses what of them is followed.' },
  integration: {
    label: 'Integration',
    description: 'Uses credentials through tools, but reads no configuration.',
  },
  viewer: { label: 'Viewer', description: 'Reads tools and what was discovered.' },
};

export const roleViews: readonly RoleView[] = role.options.map((each) => ({ role: each, ...words[each] }));
