import { Highlight } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import type { Module } from '../modules.ts';
import classes from './navigator.module.css';

interface ModuleListProps {
  modules: readonly Module[];
  current: Module | undefined;
  filter: string;
}

/** Modules under the headings of their groups, with what the filter matched marked. */
export function ModuleList({ modules, current, filter }: ModuleListProps) {
  const groups = Map.groupBy(modules, ({ group }) => group);
  return [...groups].map(([group, entries]) => (
    <section key={group ?? ''} className={classes.group} aria-label={group ?? undefined}>
      {group !== null && (
        <h2 className={classes.heading}>
          <Marked text={group} filter={filter} />
        </h2>
      )}
      <ul className={classes.list}>
        {entries.map((entry) => (
          <li key={entry.path}>
            <AppLink
              href={entry.path}
              className={classes.entry}
              data-indent={entry.indent}
              aria-current={entry.path === current?.path ? 'page' : undefined}
            >
              <entry.icon size={17} stroke={1.6} className={classes.icon} aria-hidden="true" />
              <span className={classes.entryText}>
                <Marked text={entry.label} filter={filter} />
              </span>
            </AppLink>
          </li>
        ))}
      </ul>
    </section>
  ));
}

function Marked({ text, filter }: { text: string; filter: string }) {
  return (
    <Highlight component="span" inherit highlight={filter.split(/\s+/).filter(Boolean)}>
      {text}
    </Highlight>
  );
}
