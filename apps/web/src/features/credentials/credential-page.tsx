import { credential } from '@lockkeeper/contract';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { RecordStatus } from '../../components/record-status.tsx';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { CredentialRecord } from './credential-record.tsx';

/** Events tell of changes; these are for when none arrive, in ms. */
const POLL_WAITING_MS = 2_000;
const POLL_IDLE_MS = 30_000;

/** One credential. */
export function CredentialPage() {
  const { credentialId } = useParams({ from: '/shell/credentials/$credentialId' });
  const [waiting, setWaiting] = useState(false);
  const record = useRecord(paths.credentials, credentialId, credential, {
    refetchInterval: waiting ? POLL_WAITING_MS : POLL_IDLE_MS,
  });
  if (record.data === undefined) {
    return <RecordStatus what={texts.record} listHref={paths.credentials} query={record} />;
  }
  return <CredentialRecord key={credentialId} credential={record.data} onWaiting={setWaiting} />;
}
