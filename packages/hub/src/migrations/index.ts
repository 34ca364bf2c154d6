import type { Migration } from '../db/migration.ts';
import { access } from './0001-access.ts';
import { applications } from './0002-applications.ts';
import { credentials } from './0003-credentials.ts';
import { tokens } from './0004-tokens.ts';
import { midServers } from './0005-mid-servers.ts';
import { tools } from './0006-tools.ts';
import { discovery } from './0007-discovery.ts';
import { signIn } from './0008-sign-in.ts';
import { keyRotation } from './0009-key-rotation.ts';
import { grants } from './0010-grants.ts';
import { authServerViaMidServer } from './0011-auth-server-via-mid-server.ts';
import { expiries } from './0012-expiries.ts';
import { tokenRevocations } from './0013-token-revocations.ts';
import { eventSubscriptions } from './0014-event-subscriptions.ts';
import { revocationsViaMidServer } from './0015-revocations-via-mid-server.ts';

/** In order; a list and not a folder, so that it survives bundling. */
export const migrations: readonly Migration[] = [
  access,
  applications,
  credentials,
  tokens,
  midServers,
  tools,
  discovery,
  signIn,
  keyRotation,
  grants,
  authServerViaMidServer,
  expiries,
  tokenRevocations,
  eventSubscriptions,
  revocationsViaMidServer,
];
