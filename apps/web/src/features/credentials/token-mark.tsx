import type { TokenView } from '@lockkeeper/contract';
import { StateMark } from '../../components/state-mark.tsx';
import { useNow } from '../../lib/now.ts';
import { tokenLook } from './token-state.ts';

/** The state of a credential's token. */
export function TokenMark({ token, pill = false }: { token: TokenView; pill?: boolean }) {
  return <StateMark state={tokenLook(token, useNow())} pill={pill} />;
}
