import type { Credential } from '@lockkeeper/contract';
import { IconFeather, IconTestPipe } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { FormHeading } from '../../components/record-form/form-section.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { StateMark } from '../../components/state-mark.tsx';
import { states } from '../../components/states.ts';
import { useDeleteRecord } from '../../components/use-delete-record.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { testTexts } from '../../texts/credential-test.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { CredentialFields } from './credential-fields.tsx';
import { CredentialRail } from './credential-rail.tsx';
import { TestCredentialDialog } from './test-credential-dialog.tsx';
import { TokenMark } from './token-mark.tsx';
import { TokenPanel } from './token-panel.tsx';
import { useAuthorization } from './use-authorization.ts';
import { useCredentialForm } from './use-credential-form.ts';

const canaryLook = { word: texts.canary, tone: 'info', icon: IconFeather } as const;

export interface CredentialRecordProps {
  credential: Credential;
  /** Told whether a consent is under way, so that the page looks more often. */
  onWaiting: (waiting: boolean) => void;
}

/** A stored credential: its token's life, what it may do, its history, and its fields. */
export function CredentialRecord({ credential, onWaiting }: CredentialRecordProps) {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.credentials }],
    title: credential.name,
    recordKind: 'Credential',
  });
  const form = useCredentialForm(credential);
  const [isTesting, setTesting] = useState(false);
  const authorization = useAuthorization(credential);
  useEffect(() => onWaiting(authorization.waiting), [onWaiting, authorization.waiting]);
  const [deleteCredential, deleteDialog] = useDeleteRecord({
    path: paths.credentials,
    id: credential.id,
    name: credential.name,
    body: texts.deleteBody,
  });
  const saveActions = useSaveActions(form, { listHref: paths.credentials });

  return (
    <RecordPage
      title={credential.name}
      kind={texts.record}
      id={credential.id}
      state={
        <>
          <TokenMark token={credential.token} pill />
          {credential.canary && <StateMark state={canaryLook} pill />}
          {!credential.active && <StateMark state={states.inactive} pill />}
        </>
      }
      backHref={paths.credentials}
      form={saveActions}
      onDelete={deleteCredential}
      rail={
        <CredentialRail
          credential={credential}
          authorization={authorization}
          onTest={() => setTesting(true)}
        />
      }
      menu={[{ label: testTexts.title, icon: IconTestPipe, run: () => setTesting(true), startsGroup: true }]}
    >
      <ErrorSummary form={form} />
      <TokenPanel credential={credential} authorization={authorization} />
      <FormHeading>{texts.section}</FormHeading>
      <CredentialFields form={form} stored={credential} />
      {deleteDialog}
      {isTesting && <TestCredentialDialog credential={credential} onClose={() => setTesting(false)} />}
    </RecordPage>
  );
}
