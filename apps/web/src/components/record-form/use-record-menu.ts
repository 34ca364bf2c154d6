import { useClipboard } from '@mantine/hooks';
import {
  IconCornerDownLeft,
  IconDeviceFloppy,
  IconHash,
  IconHistory,
  IconLink,
  IconStar,
  IconStarOff,
  IconTrash,
} from '@tabler/icons-react';
import { useLocation, useNavigate, useRouter } from '@tanstack/react-router';
import { useHasRole } from '../../lib/session.ts';
import { useFavourite } from '../../lib/stored-links.ts';
import { common } from '../../texts/common.ts';
import { shell } from '../../texts/shell.ts';
import { done } from '../toast.tsx';
import type { HeaderMenuItem } from './header-menu.ts';

export interface RecordMenuOptions {
  title: string;
  kind: string;
  id?: string | undefined;
  form?: { onSave: () => void; onSubmit: () => void } | undefined;
  menu?: readonly HeaderMenuItem[];
  onDelete?: (() => void) | undefined;
}

/** The items of a record's menu: those that every record has, its own, and Delete…. */
export function useRecordMenu({
  title,
  kind,
  id,
  form,
  menu = [],
  onDelete,
}: RecordMenuOptions): HeaderMenuItem[] {
  const { pathname } = useLocation();
  const { routesByPath } = useRouter();
  const navigate = useNavigate();
  const clipboard = useClipboard();
  const isAdmin = useHasRole('admin');
  const { isFavourite, toggle } = useFavourite({ href: pathname, label: title, kind });

  const copy = (value: string, what: string) => {
    clipboard.copy(value);
    done(`${what} copied`);
  };
  const items: HeaderMenuItem[] = [];
  if (form !== undefined) {
    items.push(
      { label: common.save, icon: IconDeviceFloppy, keys: 'Ctrl S', run: form.onSave },
      { label: common.submit, icon: IconCornerDownLeft, keys: 'Ctrl Enter', run: form.onSubmit },
    );
  }
  if (id !== undefined) {
    items.push(
      {
        label: isFavourite ? shell.removeFavourite : shell.addFavourite,
        icon: isFavourite ? IconStarOff : IconStar,
        run: toggle,
        startsGroup: items.length > 0,
      },
      { label: 'Copy link', icon: IconLink, run: () => copy(window.location.href, 'Link') },
      { label: 'Copy record id', icon: IconHash, run: () => copy(id, 'Record id') },
    );
    if (isAdmin && Object.hasOwn(routesByPath, '/audit-entries')) {
      items.push({
        label: 'Audit history',
        icon: IconHistory,
        run: () => void navigate({ href: `/audit-entries?f.subjectId=${encodeURIComponent(id)}` }),
      });
    }
  }
  items.push(...menu);
  if (onDelete !== undefined) {
    items.push({ label: common.delete, icon: IconTrash, tone: 'bad', run: onDelete, startsGroup: true });
  }
  return items;
}
