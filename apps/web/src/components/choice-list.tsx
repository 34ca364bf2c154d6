import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useShortcuts } from '../lib/shortcuts.ts';
import classes from './choice-list.module.css';
import { KeyCap } from './key-cap.tsx';

export interface Choice {
  key: string;
  title: string;
  description: string;
  /** What one should have at hand. */
  need?: string;
  icon: ReactNode;
  /** A word beside the title of the usual one. */
  badge?: string;
}

export interface ChoiceListProps {
  label: string;
  choices: readonly Choice[];
  onChoose: (key: string) => void;
  /** True inside a dialog, where its number keys belong to it. */
  insideDialog?: boolean;
  /** One frame around all instead of a card each. */
  compact?: boolean;
}

/** A page's or dialog's question with its answers; the number keys answer as well. */
export function ChoiceList({
  label,
  choices,
  onChoose,
  insideDialog = false,
  compact = false,
}: ChoiceListProps) {
  useShortcuts(
    Object.fromEntries(choices.slice(0, 9).map(({ key }, index) => [String(index + 1), () => onChoose(key)])),
    { insideDialog },
  );
  return (
    <ul className={classes.list} data-compact={compact || undefined} aria-label={label}>
      {choices.map((choice, index) => (
        <li key={choice.key}>
          <button
            type="button"
            className={classes.choice}
            onClick={() => onChoose(choice.key)}
            data-autofocus={index === 0 || undefined}
          >
            <span className={classes.icon} aria-hidden="true">
              {choice.icon}
            </span>
            <span className={classes.text}>
              <span className={classes.title}>
                {choice.title}
                {choice.badge !== undefined && <span className={classes.badge}>{choice.badge}</span>}
              </span>
              <span className={classes.description}>{choice.description}</span>
              {choice.need !== undefined && <span className={classes.need}>You need: {choice.need}</span>}
            </span>
            <span aria-hidden="true">
              <KeyCap>{String(index + 1)}</KeyCap>
            </span>
            {!compact && <IconArrowRight size={16} aria-hidden="true" />}
          </button>
        </li>
      ))}
    </ul>
  );
}
