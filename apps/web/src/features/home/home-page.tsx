import { lazy, Suspense } from 'react';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useHasRole } from '../../lib/session.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import { HealthOverview } from './health-overview.tsx';
import { useHealth } from './use-health.ts';

// Seen once in the life of an instance.
const EmptyHome = lazy(() => import('./empty-home.tsx').then((module) => ({ default: module.EmptyHome })));

/** What needs somebody, and how things stand; before the first credential, the way to it. */
export function HomePage() {
  usePageFrame({ crumbs: [], title: texts.title });
  const isAdmin = useHasRole('admin');
  const health = useHealth(isAdmin);
  const isEmpty = isAdmin && health.credentials.data?.total === 0;
  if (!isEmpty) return <HealthOverview health={health} isAdmin={isAdmin} />;
  return (
    <Suspense>
      <EmptyHome />
    </Suspense>
  );
}
