import { usePageFrame } from '../../lib/page-frame.tsx';
import { useHasRole } from '../../lib/session.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import { EmptyHome } from './empty-home.tsx';
import { HealthOverview } from './health-overview.tsx';
import { useHealth } from './use-health.ts';

/** What needs somebody, and how things stand; before the first credential, the way to it. */
export function HomePage() {
  usePageFrame({ crumbs: [], title: texts.title });
  const isAdmin = useHasRole('admin');
  const health = useHealth(isAdmin);
  const isEmpty = isAdmin && health.credentials.data?.total === 0;
  return isEmpty ? <EmptyHome /> : <HealthOverview health={health} isAdmin={isAdmin} />;
}
