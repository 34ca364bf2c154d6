import type { ActorRef } from '@lockkeeper/contract';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { longDateTime } from '../lib/time.ts';
import { AppLink } from './app-link.tsx';
import { ExternalLink } from './external-link.tsx';
import classes from './side-rail.module.css';

/** One block of the rail beside a record. */
export function RailSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export type RelatedLink = {
  label: string;
  icon: TablerIcon;
  detail?: ReactNode;
  /** The one that matters most. */
  strong?: boolean;
} & ({ onClick: () => void; disabled?: boolean } | { href: string } | { url: string });

/** The section "Related Links": actions and pages that belong to the record. */
export function RelatedLinks({ links, note }: { links: readonly RelatedLink[]; note?: ReactNode }) {
  return (
    <RailSection title="Related Links">
      <ul className={classes.links}>
        {links.map((link) => (
          <li key={link.label}>
            <RelatedLinkItem {...link} />
          </li>
        ))}
      </ul>
      {note !== undefined && <div className={classes.note}>{note}</div>}
    </RailSection>
  );
}

function RelatedLinkItem(link: RelatedLink) {
  const inside = (
    <>
      <link.icon size={16} aria-hidden="true" className={classes.icon} /> {link.label}
    </>
  );
  return (
    <>
      {'onClick' in link && (
        <button
          type="button"
          className={classes.link}
          data-strong={link.strong}
          onClick={link.onClick}
          disabled={link.disabled}
        >
          {inside}
        </button>
      )}
      {'href' in link && (
        <AppLink href={link.href} className={classes.link}>
          {inside}
        </AppLink>
      )}
      {'url' in link && (
        <ExternalLink url={link.url} className={classes.link}>
          {inside}
        </ExternalLink>
      )}{' '}
      {link.detail}
    </>
  );
}

/** Names and values, one pair a line. */
export function Facts({ facts }: { facts: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface RecordFactsProps {
  record: { createdAt: string; createdBy: ActorRef; updatedAt: string; version: number };
  more?: readonly (readonly [string, ReactNode])[];
}

/** The section "Record": who made it, when, and which version it is. */
export function RecordFacts({ record, more = [] }: RecordFactsProps) {
  return (
    <RailSection title="Record">
      <Facts
        facts={[
          ['Created', longDateTime(new Date(record.createdAt))],
          ['By', record.createdBy.name],
          ['Updated', longDateTime(new Date(record.updatedAt))],
          ['Version', record.version],
          ...more,
        ]}
      />
    </RailSection>
  );
}
