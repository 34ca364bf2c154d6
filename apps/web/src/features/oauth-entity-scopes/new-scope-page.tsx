import { useSearch } from '@tanstack/react-router';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { ScopeForm } from './scope-form.tsx';
import { useScopeForm } from './use-scope-form.ts';

export function NewScopePage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.scopes, href: paths.scopes }],
    title: texts.newScope,
  });
  const { registry } = useSearch({ from: '/shell/oauth-entity-scopes/new' });
  const form = useScopeForm(undefined, registry ?? null);
  const saveActions = useSaveActions(form, {
    listHref: paths.scopes,
    recordHref: ({ id }) => paths.scope(id),
  });
  return (
    <RecordPage
      title={texts.newScope}
      kind={texts.scope}
      backHref={registry === undefined ? paths.scopes : paths.registry(registry)}
      form={saveActions}
    >
      <ScopeForm form={form} />
    </RecordPage>
  );
}
