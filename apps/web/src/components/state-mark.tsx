import classes from './state-mark.module.css';
import type { StateLook } from './states.ts';

export interface StateMarkProps {
  state: StateLook;
  /** A tinted pill, only beside a record's title. In lists the icon alone is tinted. */
  pill?: boolean;
  /** Instead of the state's own word, such as "Yes" under the heading Validated. */
  word?: string;
}

/** A state by icon, word and colour. */
export function StateMark({ state, pill = false, word }: StateMarkProps) {
  return (
    <span className={classes.mark} data-tone={state.tone} data-pill={pill || undefined}>
      <state.icon
        size={15}
        className={classes.icon}
        data-turns={state.turns}
        aria-hidden="true"
        stroke={1.8}
      />
      {word ?? state.word}
    </span>
  );
}
