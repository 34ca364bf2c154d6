import type { ToolKind } from '@lockkeeper/contract';
import { notFound, useParams } from '@tanstack/react-router';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { FormSection } from '../../components/record-form/form-section.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { RailSection } from '../../components/side-rail.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { tools as texts } from '../../texts/tools.ts';
import classes from './new-tool-page.module.css';
import { ToolFields } from './tool-fields.tsx';
import { useToolKinds } from './tool-kinds.ts';
import { useToolForm } from './use-tool-form.ts';

export function NewToolPage() {
  const { kind: wanted } = useParams({ strict: false });
  const kinds = useToolKinds();
  const kind = kinds.data?.find((candidate) => candidate.kind === wanted);
  usePageFrame({
    crumbs: [
      { label: texts.devOps },
      { label: texts.tools, href: '/tools' },
      { label: kind?.label ?? '', href: `/tools/${wanted}` },
    ],
    title: kind ? texts.newTitle(kind.label) : '',
  });
  if (kinds.isPending) return <LoadingRows what="form" />;
  if (kinds.isError) return <ProblemPanel error={kinds.error} onRetry={() => void kinds.refetch()} />;
  if (!kind) throw notFound();
  return <NewTool kind={kind} />;
}

function NewTool({ kind }: { kind: ToolKind }) {
  const form = useToolForm(kind);
  const saveActions = useSaveActions(form, {
    listHref: `/tools/${kind.kind}`,
    recordHref: ({ id }) => `/tools/${id}`,
    detail: 'Next: Connect.',
  });
  return (
    <RecordPage
      title={texts.newTitle(kind.label)}
      kind={texts.kindOf(kind.label)}
      backHref={`/tools/${kind.kind}`}
      form={saveActions}
      rail={
        <RailSection title="What it needs">
          <p>Connect checks these permissions on the consumer in {kind.label}:</p>
          <ul className={classes.permissions}>
            {kind.permissions.map(({ label, purpose }) => (
              <li key={label}>
                <strong>{label}</strong>
                <span>{purpose}</span>
              </li>
            ))}
          </ul>
        </RailSection>
      }
    >
      <ErrorSummary form={form} />
      <FormSection title={texts.kindOf(kind.label)} lead="Save, then Connect on the record.">
        <ToolFields form={form} />
      </FormSection>
    </RecordPage>
  );
}
