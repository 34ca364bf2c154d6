import { type User, userId } from '@lockkeeper/contract';
import { storedRoles } from './role.ts';
import type { UserRow } from './user-store.ts';

export function userOf(row: UserRow): User {
  return {
    id: userId.parse(row.id),
    name: row.name,
    email: row.email,
    roles: storedRoles.parse(row.roles),
    active: row.active,
    twoFactor: row.two_factor_enabled,
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  };
}
