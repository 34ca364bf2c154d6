import { type AuditEntry, auditEntry } from '@lockkeeper/contract';
import { useParams } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { Card } from '../../components/card.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { Facts, RailSection } from '../../components/side-rail.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useRecord } from '../../lib/query.ts';
import { absoluteUtc } from '../../lib/time.ts';
import classes from './audit-entry-page.module.css';
import { outcomeLook } from './outcome.ts';
import { recordPath } from './record-path.ts';

export function AuditEntryPage() {
  const { auditEntryId } = useParams({ strict: false });
  const record = useRecord('/audit-entries', auditEntryId ?? '', auditEntry);
  usePageFrame({
    crumbs: [{ label: 'System' }, { label: 'Audit Entries', href: '/audit-entries' }],
    title: record.data?.action ?? '',
  });
  if (record.isPending) return <LoadingRows what="audit entry" />;
  if (record.isError) return <ProblemPanel error={record.error} onRetry={() => void record.refetch()} />;
  return <AuditEntryRecord entry={record.data} />;
}

function AuditEntryRecord({ entry }: { entry: AuditEntry }) {
  const fields = [...new Set([...Object.keys(entry.before ?? {}), ...Object.keys(entry.after ?? {})])];
  const path = recordPath(entry.subject.id);
  const subject = entry.subject.name ?? entry.subject.id ?? entry.subject.type;
  return (
    <RecordPage
      title={`${entry.actor.name} ${entry.summary}`}
      kind="Audit entry"
      id={entry.id}
      backHref="/audit-entries"
      state={<StateMark state={outcomeLook[entry.outcome]} pill />}
      rail={
        <RailSection title="Entry">
          <Facts
            facts={[
              ['Number', entry.sequence],
              ['When', `${absoluteUtc(new Date(entry.at))} UTC`],
              ['Who', entry.actor.name],
              [
                'Action',
                <span key="action" className="mono">
                  {entry.action}
                </span>,
              ],
              [
                'Record',
                path ? (
                  <AppLink key="subject" href={path}>
                    {subject}
                  </AppLink>
                ) : (
                  subject
                ),
              ],
              [
                'Request',
                <span key="request" className="mono">
                  {entry.requestId ?? '—'}
                </span>,
              ],
            ]}
          />
        </RailSection>
      }
    >
      <Card title="What changed" aside="Secrets are never part of it." flush>
        {fields.length === 0 ? (
          <div className={classes.none}>
            <EmptyState>
              No field changed by it. That is fine for uses, refusals and deletions without content.
            </EmptyState>
          </div>
        ) : (
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field}>
                  <th scope="row">{field}</th>
                  <td>{shown(entry.before?.[field])}</td>
                  <td>{shown(entry.after?.[field])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </RecordPage>
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '—';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}
