import { IconChevronRight } from '@tabler/icons-react';
import { AppLink } from '../../components/app-link.tsx';
import type { StateLook } from '../../components/states.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import { countLooks } from './needs.ts';
import classes from './state-tile.module.css';

/** How many there are, and in which states: a number, a bar, and the same in words. */
export function StateTile({
  label,
  href,
  looks,
}: {
  label: string;
  href: string;
  looks: readonly StateLook[];
}) {
  const counts = countLooks(looks);
  return (
    <AppLink href={href} className={classes.tile}>
      <span className={classes.label}>
        {label}
        <IconChevronRight size={16} aria-hidden="true" />
      </span>
      <span className={classes.number}>{looks.length}</span>
      <span className={classes.bar} aria-hidden="true">
        {counts.map(({ look, count }) => (
          <span key={look.word} data-tone={look.tone} style={{ flexGrow: count }} />
        ))}
      </span>
      <span className={classes.legend}>
        {counts.length === 0 && texts.none}
        {counts.map(({ look, count }) => (
          <span key={look.word} data-tone={look.tone}>
            <look.icon size={13} aria-hidden="true" /> {count} {look.word.toLowerCase()}
          </span>
        ))}
      </span>
    </AppLink>
  );
}
