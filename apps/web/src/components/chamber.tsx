import { useNow } from '../lib/now.ts';
import { clockTime, duration } from '../lib/time.ts';
import { type TokenTimes, tokenLife } from '../lib/token-life.ts';
import { useNarrow } from '../lib/viewport.ts';
import classes from './chamber.module.css';

export interface ChamberProps {
  token: TokenTimes;
  /** Over the whole width, with the times below it. */
  withTimes?: boolean;
  size?: 'small' | 'medium';
}

/** The life of a token as a bar: issued, now, planned refresh, expiry. Small in lists, with its times on the record. */
export function Chamber({ token, withTimes = false, size = 'small' }: ChamberProps) {
  const now = useNow(withTimes ? 1_000 : 10_000);
  // Times closer than this would lie over each other.
  const apart = useNarrow() ? 0.17 : 0.07;
  const life = tokenLife(token, now);
  if (life === undefined) return <Bar label="No token" size={size} />;
  const left = Math.max(0, Date.parse(token.expiresAt ?? '') - now.getTime());
  const label =
    left === 0 ? 'Expired' : `${duration(left)} left, ${Math.round(life.now * 100)} % of its life passed`;
  const bar = <Bar label={label} life={life} size={withTimes ? 'large' : size} />;
  if (!withTimes) return bar;
  return (
    <div className={classes.large}>
      {bar}
      <div className={classes.times} aria-hidden="true">
        <Mark at={0} time={token.issuedAt} word="issued" />
        {life.now > apart && life.now < 1 - apart && (
          <Mark at={life.now} time={now.toISOString()} word="now" strong />
        )}
        {life.refresh !== null && Math.abs(life.refresh - life.now) > apart && life.refresh < 1 - apart && (
          <Mark at={life.refresh} time={token.refreshAt} word="refresh" />
        )}
        <Mark at={1} time={token.expiresAt} word="expires" />
      </div>
    </div>
  );
}

interface BarProps {
  label: string;
  life?: { now: number; refresh: number | null; urgent: boolean };
  size: 'small' | 'medium' | 'large';
}

function Bar({ label, life, size }: BarProps) {
  return (
    <span className={classes.bar} role="img" aria-label={label} data-size={size}>
      {life !== undefined && (
        <>
          <span
            className={classes.left}
            data-urgent={life.urgent || undefined}
            style={{ insetInlineStart: `${life.now * 100}%` }}
          />
          {life.refresh !== null && life.refresh > life.now && (
            <span className={classes.refresh} style={{ insetInlineStart: `${life.refresh * 100}%` }} />
          )}
          <span className={classes.now} style={{ insetInlineStart: `${life.now * 100}%` }} />
        </>
      )}
    </span>
  );
}

function Mark({
  at,
  time,
  word,
  strong,
}: {
  at: number;
  time: string | null;
  word: string;
  strong?: boolean;
}) {
  if (time === null) return null;
  const edge = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
  return (
    <span className={classes.mark} data-edge={edge} style={{ insetInlineStart: `${at * 100}%` }}>
      {strong ? <strong>{clockTime(new Date(time))}</strong> : clockTime(new Date(time))}
      <span>{word}</span>
    </span>
  );
}
