import type { ProviderAnswer } from '@lockkeeper/contract';
import classes from './provider-answer.module.css';

/** What a provider answered, to the letter, on one line of its own. */
export function ProviderAnswerLine({ answer }: { answer: ProviderAnswer }) {
  const parts = [
    answer.status === null ? undefined : `HTTP ${answer.status}`,
    answer.error ?? undefined,
    answer.errorDescription === null ? undefined : `“${answer.errorDescription}”`,
    answer.requestId === null ? undefined : `request ${answer.requestId}`,
  ];
  return (
    <div className={classes.answer}>
      <span className={classes.label}>The provider’s answer</span>{' '}
      <span className="mono">{parts.filter((part) => part !== undefined).join(' · ')}</span>
    </div>
  );
}
