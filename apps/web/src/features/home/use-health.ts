import {
  auditEntry,
  canaryAlarm,
  credential,
  expiries,
  managedToken,
  midServer,
  PAGE_LIMIT_MAX,
  tool,
  UNUSED_DAYS_DEFAULT,
} from '@lockkeeper/contract';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useListPage } from '../../lib/query.ts';

const AUDIT_SHOWN = 8;
/** Events keep these fresh; this is for when none arrive, in ms. */
const refetchInterval = 60_000;

/** Everything Home shows. Credentials and audit entries are for administrators. */
export function useHealth(isAdmin: boolean) {
  const all = { limit: PAGE_LIMIT_MAX };
  return {
    credentials: useListPage(paths.credentials, credential, all, { enabled: isAdmin, refetchInterval }),
    midServers: useListPage(paths.midServers, midServer, all, { refetchInterval }),
    tools: useListPage('/tools', tool, all, { refetchInterval }),
    expiries: useQuery({
      queryKey: ['/expiries'],
      queryFn: ({ signal }) => api.get('/expiries', expiries, { signal }),
      enabled: isAdmin,
      refetchInterval,
    }),
    alarms: useListPage(
      '/canary-alarms',
      canaryAlarm,
      { acknowledged: false },
      { enabled: isAdmin, refetchInterval },
    ),
    unused: useListPage(
      paths.tokens,
      managedToken,
      { unusedForDays: UNUSED_DAYS_DEFAULT, limit: 1 },
      { enabled: isAdmin, refetchInterval },
    ),
    audit: useListPage(
      '/audit-entries',
      auditEntry,
      { limit: AUDIT_SHOWN },
      { enabled: isAdmin, refetchInterval },
    ),
  };
}

export type Health = ReturnType<typeof useHealth>;
