import type { ProviderRevocationState } from '@lockkeeper/contract';
import { type StateLook, states } from '../../components/states.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';

/** What became of a token at its provider. */
export const providerLooks: Record<ProviderRevocationState, StateLook> = {
  failed: { ...states.failed, word: texts.failed },
  local_only: { ...states.uncertain, word: texts.localOnly },
  pending: { ...states.running, word: texts.pending },
  revoked: { ...states.succeeded, word: texts.revoked },
};
