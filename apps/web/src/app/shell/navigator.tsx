import { Tabs, TextInput } from '@mantine/core';
import { IconClock, IconSearch, IconStar } from '@tabler/icons-react';
import { useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { KeyCap } from '../../components/key-cap.tsx';
import { Logo } from '../../components/logo.tsx';
import { useSession } from '../../lib/session.ts';
import { useStoredLinks } from '../../lib/stored-links.ts';
import { common } from '../../texts/common.ts';
import { shell } from '../../texts/shell.ts';
import { matchingModules, moduleOf, modulesFor } from '../modules.ts';
import { ModuleList } from './module-list.tsx';
import classes from './navigator.module.css';
import { UserMenu } from './user-menu.tsx';

/** The navigator: filter, the tabs All, Favourites and Recent, and who is signed in. */
export function Navigator({ filterRef }: { filterRef: RefObject<HTMLInputElement | null> }) {
  const { user, instance } = useSession();
  const { routesByPath } = useRouter();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const [filter, setFilter] = useState('');
  const [tab, setTab] = useState<string | null>('all');

  const mine = useMemo(
    () => modulesFor(user.roles, (path) => Object.hasOwn(routesByPath, path)),
    [user.roles, routesByPath],
  );
  const shown = matchingModules(mine, filter);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && filter !== '') {
      event.stopPropagation();
      setFilter('');
    }
    if (event.key === 'Enter' && shown[0] !== undefined) void navigate({ to: shown[0].path });
  };

  return (
    <nav className={classes.navigator} aria-label={shell.navigator}>
      <div className={classes.brand}>
        <AppLink href="/" className={classes.home}>
          <Logo />
          {common.product}
        </AppLink>
        <span className={classes.instance} title={instance.name}>
          {instance.name}
        </span>
      </div>
      <TextInput
        ref={filterRef}
        className={classes.filter}
        aria-label={shell.filterNavigator}
        placeholder={shell.filterNavigator}
        leftSection={<IconSearch size={15} />}
        rightSection={<KeyCap>/</KeyCap>}
        value={filter}
        onChange={(event) => {
          setFilter(event.currentTarget.value);
          setTab('all');
        }}
        onKeyDown={onKeyDown}
      />
      <Tabs
        value={tab}
        onChange={setTab}
        variant="pills"
        keepMounted={false}
        classNames={{
          root: classes.tabs ?? '',
          list: classes.tabList ?? '',
          tab: classes.tab ?? '',
          panel: classes.panel ?? '',
        }}
      >
        <Tabs.List grow>
          <Tabs.Tab value="all">{shell.all}</Tabs.Tab>
          <Tabs.Tab value="favourites" leftSection={<IconStar size={14} />}>
            {shell.favourites}
          </Tabs.Tab>
          <Tabs.Tab value="recent" leftSection={<IconClock size={14} />}>
            {shell.recent}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="all">
          <ModuleList modules={shown} current={moduleOf(pathname)} filter={filter} />
          {filter !== '' && (
            <p className={classes.hint} role="status">
              {shown.length === 0 ? shell.filterNone(filter) : shell.filterHint(shown.length, mine.length)}{' '}
              {shown.length > 0 && (
                <>
                  <KeyCap>Enter</KeyCap> opens the first, <KeyCap>Esc</KeyCap> clears.
                </>
              )}
            </p>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="favourites">
          <StoredLinkList which="favourites" empty={shell.noFavourites} />
        </Tabs.Panel>
        <Tabs.Panel value="recent">
          <StoredLinkList which="recent" empty={shell.noRecent} />
        </Tabs.Panel>
      </Tabs>
      <UserMenu />
    </nav>
  );
}

function StoredLinkList({ which, empty }: { which: 'favourites' | 'recent'; empty: string }) {
  const [links] = useStoredLinks(which);
  const { pathname } = useLocation();
  if (links.length === 0) return <p className={classes.hint}>{empty}</p>;
  return (
    <ul className={classes.list}>
      {links.map((link) => (
        <li key={link.href}>
          <AppLink
            href={link.href}
            className={classes.entry}
            aria-current={link.href === pathname ? 'page' : undefined}
          >
            <span className={classes.entryText}>
              {link.label}
              <span className={classes.kind}>{link.kind}</span>
            </span>
          </AppLink>
        </li>
      ))}
    </ul>
  );
}
