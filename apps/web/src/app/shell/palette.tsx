import { Modal } from '@mantine/core';
import { IconArrowRight, IconKeyboard, IconPlus, IconSearch } from '@tabler/icons-react';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { KeyCap } from '../../components/key-cap.tsx';
import { useSession } from '../../lib/session.ts';
import { useStoredLinks } from '../../lib/stored-links.ts';
import { shell } from '../../texts/shell.ts';
import { matchingModules, modulesFor } from '../modules.ts';
import classes from './palette.module.css';
import { useFoundRecords } from './palette-records.ts';

interface Entry {
  key: string;
  section: string;
  label: string;
  hint: string;
  icon: ReactNode;
  run: () => void;
}

/** Search over records and modules, and the commands that need no record. */
export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const entries = useEntries(text.trim(), onClose, onHelp);
  const current = entries[Math.min(chosen, entries.length - 1)];
  const sections = Map.groupBy(entries, ({ section }) => section);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + entries.length) % entries.length);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      current?.run();
    }
  };

  return (
    <Modal.Root opened onClose={onClose} size={600} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label={shell.palette}>
        <div className={classes.head}>
          <IconSearch size={18} aria-hidden="true" />
          <input
            data-autofocus
            className={classes.input}
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={current === undefined ? undefined : `${listId}-${current.key}`}
            aria-label={shell.palettePlaceholder}
            placeholder={shell.palettePlaceholder}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setChosen(0);
            }}
            onKeyDown={onKeyDown}
          />
          <KeyCap>Esc</KeyCap>
        </div>
        <div id={listId} role="listbox" aria-label={shell.palette} className={classes.list}>
          {[...sections].map(([section, members]) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a listbox.
            <div key={section} role="group" aria-label={section}>
              <div className={classes.section} aria-hidden="true">
                {section}
              </div>
              {members.map((entry) => (
                <div
                  key={entry.key}
                  id={`${listId}-${entry.key}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={entry === current}
                  className={classes.option}
                  onMouseMove={() => setChosen(entries.indexOf(entry))}
                  onClick={entry.run}
                  onKeyDown={undefined}
                >
                  {entry.icon}
                  <span className={classes.label}>{entry.label}</span>
                  <span className={classes.hint}>{entry.hint}</span>
                </div>
              ))}
            </div>
          ))}
        </div>
        {entries.length === 0 && <p className={classes.nothing}>{shell.paletteNothing}</p>}
        <div className={classes.foot} aria-hidden="true">
          <KeyCap>↑</KeyCap>
          <KeyCap>↓</KeyCap> choose <KeyCap>Enter</KeyCap> open
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

function useEntries(text: string, onClose: () => void, onHelp: () => void): Entry[] {
  const { user } = useSession();
  const { routesByPath } = useRouter();
  const navigate = useNavigate();
  const [recent] = useStoredLinks('recent');
  const found = useFoundRecords(text, user.roles);

  return useMemo(() => {
    const open = (to: string) => () => {
      onClose();
      void navigate({ to });
    };
    const mine = modulesFor(user.roles, (path) => Object.hasOwn(routesByPath, path));
    const isAdmin = user.roles.includes('admin');
    const commands: Entry[] = [
      ...(isAdmin
        ? [
            { label: 'New credential', to: '/credentials?new=type' },
            { label: 'New application registry', to: '/application-registries/new' },
          ].map(({ label, to }) => ({
            key: to,
            section: 'Actions',
            label,
            hint: '',
            icon: <IconPlus size={16} aria-hidden="true" />,
            run: () => {
              onClose();
              void navigate({ href: to });
            },
          }))
        : []),
      {
        key: 'shortcuts',
        section: 'Actions',
        label: shell.shortcuts,
        hint: '?',
        icon: <IconKeyboard size={16} aria-hidden="true" />,
        run: () => {
          onClose();
          onHelp();
        },
      },
    ].filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()));
    const records = (text === '' ? recent : found).map((link) => ({
      key: link.href,
      section: text === '' ? shell.recent : 'Records',
      label: link.label,
      hint: link.kind,
      icon: <IconArrowRight size={16} aria-hidden="true" />,
      run: open(link.href),
    }));
    const modules = matchingModules(mine, text).map((entry) => ({
      key: `module-${entry.path}`,
      section: 'Modules',
      label: entry.label,
      hint: entry.group ?? '',
      icon: <entry.icon size={16} aria-hidden="true" />,
      run: open(entry.path),
    }));
    return text === '' ? [...commands, ...records, ...modules] : [...records, ...commands, ...modules];
  }, [text, found, recent, user.roles, routesByPath, navigate, onClose, onHelp]);
}
