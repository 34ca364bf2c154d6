import { type TokenRevocation, type TokensToRevoke, tokenRevocation } from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';

/** Revokes; what went wrong is told in the corner. @returns undefined when nothing was revoked */
export function useRevoke(): (which: TokensToRevoke) => Promise<TokenRevocation | undefined> {
  const client = useQueryClient();
  return async (which) => {
    try {
      const revocation = await api.post('/tokens/revoke', which, tokenRevocation);
      client.setQueryData([paths.tokenRevocations, revocation.id], revocation);
      return revocation;
    } catch (error) {
      failed(error);
      return undefined;
    } finally {
      void client.invalidateQueries({ queryKey: [paths.tokens] });
      void client.invalidateQueries({ queryKey: [paths.credentials] });
    }
  };
}
