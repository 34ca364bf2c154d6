import { useDisclosure } from '@mantine/hooks';
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { LiveUpdates } from '../../lib/events.tsx';
import { PageFrameProvider } from '../../lib/page-frame.tsx';
import { useSession } from '../../lib/session.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { shell } from '../../texts/shell.ts';
import { moduleOf } from '../modules.ts';
import { ForbiddenPage } from '../pages/forbidden-page.tsx';
import { Navigator } from './navigator.tsx';
import classes from './shell.module.css';
import { SignedOutBanner } from './signed-out-banner.tsx';
import { StepUp } from './step-up.tsx';
import { TopBar } from './top-bar.tsx';

// Wide screens have no drawer.
const NavigatorDrawer = lazy(() =>
  import('./navigator-drawer.tsx').then((module) => ({ default: module.NavigatorDrawer })),
);
const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));
const ShortcutHelp = lazy(() =>
  import('./shortcut-help.tsx').then((module) => ({ default: module.ShortcutHelp })),
);

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  return (
    <LiveUpdates>
      <PageFrameProvider>
        <Frame />
      </PageFrameProvider>
    </LiveUpdates>
  );
}

function Frame() {
  const narrow = useNarrow();
  const [drawerOpen, drawer] = useDisclosure();
  const [paletteOpen, palette] = useDisclosure();
  const [helpOpen, help] = useDisclosure();
  const filter = useRef<HTMLInputElement>(null);
  const { pathname } = useLocation();
  const { user } = useSession();
  const goTo = useGoTo();

  useEffect(() => {
    if (pathname !== '') drawer.close();
  }, [pathname, drawer.close]);

  useShortcuts({
    '/': () => (narrow ? drawer.open() : filter.current?.focus()),
    'mod+k': palette.open,
    '?': help.open,
    ...goTo,
  });

  const module = moduleOf(pathname);
  const allowed = module === undefined || module.roles.some((role) => user.roles.includes(role));
  return (
    <>
      <a href="#content" className={classes.skip}>
        {shell.skip}
      </a>
      {narrow ? (
        <Suspense>
          <NavigatorDrawer opened={drawerOpen} onClose={drawer.close} filterRef={filter} />
        </Suspense>
      ) : (
        <div className={classes.sidebar}>
          <Navigator filterRef={filter} />
        </div>
      )}
      <div className={classes.main}>
        <TopBar onNavigator={drawer.open} onPalette={palette.open} onHelp={help.open} />
        <SignedOutBanner />
        <main id="content" tabIndex={-1} className={classes.content}>
          {allowed ? <Outlet /> : <ForbiddenPage roles={module.roles} />}
        </main>
      </div>
      <StepUp />
      <Suspense>
        {paletteOpen && <Palette onClose={palette.close} onHelp={help.open} />}
        {helpOpen && <ShortcutHelp onClose={help.close} />}
      </Suspense>
    </>
  );
}

const places: Record<string, string> = { h: '/', c: '/credentials', m: '/mid-servers', t: '/tools' };

/** `g` and then a letter within a second goes to a module. */
function useGoTo(): Record<string, () => void> {
  const navigate = useNavigate();
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(false), 1000);
    return () => clearTimeout(timer);
  }, [armed]);
  if (!armed) return { g: () => setArmed(true) };
  return Object.fromEntries(
    Object.entries(places).map(([key, to]) => [
      key,
      () => {
        setArmed(false);
        void navigate({ to });
      },
    ]),
  );
}
