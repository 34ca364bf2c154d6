import type { TokenView } from '@lockkeeper/contract';
import { type StateLook, states, tokenStates } from '../../components/states.ts';
import { isExpiring } from '../../lib/token-life.ts';

/** How a token's state is shown: an available one that nothing renews any more is Expiring. */
export function tokenLook(token: TokenView, now: Date): StateLook {
  return isExpiring(token, now) ? states.expiring : tokenStates[token.state];
}

/** When a token ends by itself; null for one that somebody has ended. */
export function expiryOf({ state, expiresAt }: Pick<TokenView, 'state' | 'expiresAt'>): string | null {
  return state === 'revoked' ? null : expiresAt;
}
