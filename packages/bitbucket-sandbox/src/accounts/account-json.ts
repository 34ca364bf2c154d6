import type { Links } from '../rest/links.ts';
import { timestamp } from '../rest/timestamp.ts';
import type { AppUser, User } from './user.ts';

/** An account as it appears inside other objects. */
export function accountJson(links: Links, user: User): object {
  return {
    display_name: user.displayName,
    links: {
      self: links.api(`/users/${user.uuid}`),
      avatar: links.web(`/account/${user.uuid}/avatar/`),
      html: links.web(`/${user.uuid}/`),
    },
    type: 'user',
    uuid: user.uuid,
    account_id: user.accountId,
    nickname: user.nickname,
  };
}

/** The caller's own account. */
export function ownAccountJson(links: Links, user: User): object {
  return {
    ...accountJson(links, user),
    username: user.nickname,
    created_on: timestamp(user.createdOn),
    is_staff: false,
    has_2fa_enabled: true,
    account_status: 'active',
  };
}

export function appUserJson(links: Links, user: AppUser): object {
  return {
    type: 'app_user',
    uuid: user.uuid,
    display_name: user.displayName,
    created_on: timestamp(user.createdOn),
    account_status: 'active',
    kind: 'oauth_consumer',
    links: { self: links.api(`/users/${user.uuid}`), avatar: links.web(`/account/${user.uuid}/avatar/`) },
  };
}
