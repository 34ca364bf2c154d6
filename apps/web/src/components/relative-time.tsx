import { Tooltip } from '@mantine/core';
import { useNow } from '../lib/now.ts';
import { absoluteUtc, relativeTime } from '../lib/time.ts';
import { common } from '../texts/common.ts';
import classes from './relative-time.module.css';

/** "42 min ago", with the exact time in UTC on hover and focus. */
export function RelativeTime({ at, never = common.none }: { at: string | null; never?: string }) {
  useNow();
  if (at === null) return <span className={classes.never}>{never}</span>;
  const date = new Date(at);
  return (
    <Tooltip label={`${absoluteUtc(date)} UTC`}>
      <time dateTime={at} className={classes.time} data-above>
        {/* What has just been read is never in the future. */}
        {relativeTime(date, new Date())}
      </time>
    </Tooltip>
  );
}
