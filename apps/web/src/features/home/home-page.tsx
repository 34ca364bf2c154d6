import { ListPage } from '../../components/list-page.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';

/** What needs somebody, and how things stand. */
export function HomePage() {
  usePageFrame({ crumbs: [], title: 'Home' });
  return <ListPage title="Home">{null}</ListPage>;
}
