import {
  ActionIcon,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import {
  IconChevronRight,
  IconHelpCircle,
  IconMenu2,
  IconMoon,
  IconSearch,
  IconStar,
  IconStarFilled,
  IconSun,
} from '@tabler/icons-react';
import { useLocation } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { KeyCap } from '../../components/key-cap.tsx';
import { Logo } from '../../components/logo.tsx';
import { useCurrentFrame } from '../../lib/page-frame.tsx';
import { useFavourite } from '../../lib/stored-links.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { shell } from '../../texts/shell.ts';
import classes from './top-bar.module.css';

interface TopBarProps {
  onNavigator: () => void;
  onPalette: () => void;
  onHelp: () => void;
}

/** Breadcrumbs, search, favourite, help and theme. */
export function TopBar({ onNavigator, onPalette, onHelp }: TopBarProps) {
  const narrow = useNarrow();
  return (
    <header className={classes.bar}>
      {narrow && (
        <>
          <ActionIcon onClick={onNavigator} aria-label={shell.openNavigator}>
            <IconMenu2 size={22} />
          </ActionIcon>
          <AppLink href="/" aria-label="Home" className={classes.logo}>
            <Logo />
          </AppLink>
        </>
      )}
      <Breadcrumbs narrow={narrow} />
      {narrow ? (
        <ActionIcon onClick={onPalette} aria-label={shell.search}>
          <IconSearch size={20} />
        </ActionIcon>
      ) : (
        <UnstyledButton className={classes.search} onClick={onPalette}>
          <IconSearch size={15} aria-hidden="true" />
          <span>{shell.search}</span>
          <KeyCap>Ctrl K</KeyCap>
        </UnstyledButton>
      )}
      {!narrow && (
        <>
          <FavouriteToggle />
          <Tooltip label={shell.shortcuts}>
            <ActionIcon onClick={onHelp} aria-label={shell.shortcuts}>
              <IconHelpCircle size={18} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
      <ThemeToggle />
    </header>
  );
}

function Breadcrumbs({ narrow }: { narrow: boolean }) {
  const { crumbs, title } = useCurrentFrame();
  const shown = narrow ? crumbs.slice(-1) : crumbs;
  return (
    <nav aria-label={shell.breadcrumbs} className={classes.crumbs}>
      <ol>
        {shown.map((crumb) => (
          <li key={crumb.label}>
            {crumb.href === undefined ? (
              <span>{crumb.label}</span>
            ) : (
              <AppLink href={crumb.href}>{crumb.label}</AppLink>
            )}
            {!narrow && <IconChevronRight size={14} aria-hidden="true" />}
          </li>
        ))}
        {(!narrow || shown.length === 0) && (
          <li aria-current="page" className={classes.current}>
            {title}
          </li>
        )}
      </ol>
    </nav>
  );
}

function FavouriteToggle() {
  const { title, recordKind } = useCurrentFrame();
  const { pathname } = useLocation();
  const { isFavourite, toggle } = useFavourite({ href: pathname, label: title, kind: recordKind ?? 'Page' });
  const label = isFavourite ? shell.removeFavourite : shell.addFavourite;
  return (
    <Tooltip label={label}>
      <ActionIcon onClick={toggle} aria-label={label} aria-pressed={isFavourite}>
        {isFavourite ? <IconStarFilled size={18} /> : <IconStar size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const label = scheme === 'dark' ? shell.toLight : shell.toDark;
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
        {scheme === 'dark' ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}
