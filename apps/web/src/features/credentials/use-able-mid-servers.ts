import { midServer, PAGE_LIMIT_MAX } from '@lockkeeper/contract';
import { paths } from '../../lib/paths.ts';
import { useListPage } from '../../lib/query.ts';
import type { CredentialValues } from './use-credential-form.ts';

/** Every MID Server, and which of them could use the credential now; `undefined` until that is known. */
export function useAbleMidServers({ appliesTo, midServerIds }: CredentialValues) {
  const page = useListPage(paths.midServers, midServer, { limit: PAGE_LIMIT_MAX });
  const servers = page.data?.items ?? [];
  const able = servers.filter(
    ({ id, validated, status }) =>
      validated && status === 'up' && (appliesTo === 'all' || midServerIds.includes(id)),
  );
  return { servers, able: page.isSuccess ? able : undefined };
}
