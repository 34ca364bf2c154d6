import { Skeleton } from '@mantine/core';
import { common } from '../texts/common.ts';

/** Stands for rows that are on their way, and says so. */
export function LoadingRows({ what, rows = 4 }: { what: string; rows?: number }) {
  const widths = Array.from({ length: rows }, (_, index) => `${90 - ((index * 13) % 30)}%`);
  return (
    <div role="status" aria-label={`${common.loading} ${what}`}>
      {widths.map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move.
        <Skeleton key={index} height={14} width={width} my={13} animate={false} />
      ))}
    </div>
  );
}
