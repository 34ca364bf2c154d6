import { type OAuthEntityScope, oauthEntityScope } from '@lockkeeper/contract';
import { IconAppWindow } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { RecordStatus } from '../../components/record-status.tsx';
import { RecordFacts, RelatedLinks } from '../../components/side-rail.tsx';
import { useDeleteRecord } from '../../components/use-delete-record.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { ScopeForm } from './scope-form.tsx';
import { useScopeForm } from './use-scope-form.ts';

export function ScopePage() {
  const { scopeId } = useParams({ from: '/shell/oauth-entity-scopes/$scopeId' });
  const record = useRecord(paths.scopes, scopeId, oauthEntityScope);
  if (record.data === undefined) {
    return <RecordStatus what={texts.scope} listHref={paths.scopes} query={record} />;
  }
  return <ScopeRecord key={scopeId} stored={record.data} />;
}

function ScopeRecord({ stored }: { stored: OAuthEntityScope }) {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.scopes, href: paths.scopes }],
    title: stored.name,
    recordKind: texts.scope,
  });
  const form = useScopeForm(stored, stored.applicationRegistryId);
  const [deleteScope, deleteDialog] = useDeleteRecord({
    path: paths.scopes,
    id: stored.id,
    name: stored.name,
    body: texts.deleteScopeBody,
  });
  const saveActions = useSaveActions(form, { listHref: paths.scopes });
  return (
    <RecordPage
      title={stored.name}
      kind={texts.scope}
      id={stored.id}
      backHref={paths.scopes}
      form={saveActions}
      onDelete={deleteScope}
      rail={
        <>
          <RelatedLinks
            links={[
              {
                label: stored.applicationRegistryName,
                icon: IconAppWindow,
                href: paths.registry(stored.applicationRegistryId),
              },
            ]}
          />
          <RecordFacts record={stored} />
        </>
      }
    >
      <ScopeForm form={form} stored={stored} />
      {deleteDialog}
    </RecordPage>
  );
}
