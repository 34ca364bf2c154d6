import type { MidServer } from '@lockkeeper/contract';
import { Sparkline } from '../../components/sparkline.tsx';
import { useActivity } from './use-activity.ts';

/** The calls of the last 30 minutes, as wide as a list column. */
export function CallsSparkline({ midServer }: { midServer: MidServer }) {
  const { data } = useActivity(midServer.id, 30_000);
  const calls = data?.buckets.map((bucket) => bucket.calls) ?? [];
  const total = calls.reduce((sum, count) => sum + count, 0);
  return (
    <Sparkline
      values={calls}
      label={data ? `${total.toLocaleString('en')} calls in 30 minutes` : 'Loading'}
      tone={midServer.status === 'up' && midServer.validated ? 'live' : 'idle'}
    />
  );
}
