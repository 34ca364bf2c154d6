import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconCornerDownLeft, IconDeviceFloppy, IconDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { common } from '../../texts/common.ts';
import { AppLink } from '../app-link.tsx';
import { DirtyGuard } from './dirty-guard.tsx';
import type { HeaderMenuItem } from './header-menu.ts';
import { HeaderMenuDropdown } from './header-menu-dropdown.tsx';
import classes from './record-page.module.css';
import { useHeaderMenu } from './use-header-menu.ts';
import { useRecordMenu } from './use-record-menu.ts';

export interface RecordPageProps {
  /** The record's name, or "New Credential". */
  title: string;
  /** What it is: "Application Registry". */
  kind: string;
  /** Absent before the first save. */
  id?: string | undefined;
  /** Its state as a pill. */
  state?: ReactNode;
  /** The list it belongs to. */
  backHref: string;
  /** Save and Submit; absent where the person may only read. */
  form?: {
    dirty: boolean;
    saving: boolean;
    /** Stores and stays. */
    onSave: () => void;
    /** Stores and goes back to the list. */
    onSubmit: () => void;
  };
  /** Further buttons of the header; at most one filled where there is no form. */
  actions?: ReactNode;
  /** Further items of the header's menu, above Delete…. */
  menu?: readonly HeaderMenuItem[];
  /** What **Delete…** does; it asks first. */
  onDelete?: (() => void) | undefined;
  /** Next step, Related Links and record facts, beside or below the form. */
  rail?: ReactNode;
  /** `wide`: the content lays itself out over the whole width, without a rail. */
  layout?: 'wide';
  children: ReactNode;
}

/** The page of one record: a sticky header with its menu, the form, the rail. */
export function RecordPage(props: RecordPageProps) {
  const { title, kind, id, state, backHref, form, actions, rail, children } = props;
  const menu = useHeaderMenu();
  const items = useRecordMenu(props);
  useShortcuts(
    { 'mod+s': () => form?.onSave(), 'mod+enter': () => form?.onSubmit() },
    { enabled: form !== undefined },
  );
  return (
    <div className={classes.page} data-has-form={form !== undefined || undefined}>
      <header className={classes.header} data-form-header {...menu.headerProps}>
        <ActionIcon component={AppLink} href={backHref} aria-label={common.back} className={classes.back}>
          <IconArrowLeft size={18} />
        </ActionIcon>
        <div className={classes.heading}>
          <div className={classes.titleLine}>
            <h1>{title}</h1>
            {state}
          </div>
          <div className={classes.kind}>
            {kind}
            {id === undefined ? ', not saved' : ' · '}
            {id !== undefined && <span className="mono">{id}</span>}
          </div>
        </div>
        <div className={classes.actions}>
          {actions}
          {form !== undefined && (
            <div className={classes.saveButtons}>
              <Button
                variant="default"
                onClick={form.onSubmit}
                leftSection={<IconCornerDownLeft size={16} className={classes.narrowOnly} />}
              >
                {common.submit}
              </Button>
              <Button
                onClick={form.onSave}
                loading={form.saving}
                leftSection={<IconDeviceFloppy size={16} />}
              >
                {common.save}
              </Button>
            </div>
          )}
          <ActionIcon
            ref={menu.button}
            variant="default"
            aria-label="More actions"
            className={classes.dots}
            aria-haspopup="menu"
            aria-expanded={menu.place !== null}
            onClick={menu.openAtButton}
          >
            <IconDots size={18} />
          </ActionIcon>
        </div>
      </header>
      <HeaderMenuDropdown place={menu.place} items={items} onClose={menu.close} />
      <div className={classes.body} data-layout={props.layout}>
        <div className={classes.main}>{children}</div>
        {rail !== undefined && (
          <aside className={classes.rail} aria-label={`About this ${kind}`}>
            {rail}
          </aside>
        )}
      </div>
      {form !== undefined && <DirtyGuard dirty={form.dirty} />}
    </div>
  );
}
