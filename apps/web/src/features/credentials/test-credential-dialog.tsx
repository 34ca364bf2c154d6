import {
  type Credential,
  type CredentialTestReport,
  type CredentialTestStep,
  credentialTestReport,
  type MidServerId,
  midServer,
} from '@lockkeeper/contract';
import { Button, Checkbox, Group, Modal } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { Callout } from '../../components/callout.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { ProviderAnswerLine } from '../../components/provider-answer.tsx';
import { ReferenceField } from '../../components/reference-field.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { type StateLook, states } from '../../components/states.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { testTexts as texts } from '../../texts/credential-test.ts';
import classes from './test-credential-dialog.module.css';

const looks: Record<CredentialTestStep['result'], StateLook> = {
  passed: { ...states.succeeded, word: texts.passed },
  warning: { ...states.uncertain, word: texts.warning },
  failed: states.failed,
  not_checked: { ...states.waiting, word: texts.notChecked },
};

/** **Test credential**: what it needs, step by step, with the provider's exact answer and what to change. */
export function TestCredentialDialog({
  credential,
  onClose,
}: {
  credential: Credential;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [midServerId, setMidServerId] = useState<MidServerId | null>(null);
  const [refresh, setRefresh] = useState(false);
  const test = useMutation({
    mutationFn: () =>
      api.post(
        `${paths.credential(credential.id)}/test`,
        { refresh, ...(midServerId === null ? {} : { midServerId }) },
        credentialTestReport,
      ),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [paths.credentials] }),
        client.invalidateQueries({ queryKey: ['/audit-entries'] }),
      ]),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`${texts.title}: ${credential.name}`}
      fullScreen={useNarrow()}
    >
      <div className={classes.stack}>
        {credential.tools.length > 0 && (
          <ReferenceField
            id="test-mid-server"
            label={texts.midServer}
            path={paths.midServers}
            schema={midServer}
            clearable
            placeholder={texts.midServerOfTool}
            value={midServerId}
            valueName={undefined}
            onChange={(_id, row) => setMidServerId(row?.id ?? null)}
          />
        )}
        {credential.token.hasRefreshToken && (
          <Checkbox
            label={texts.refresh}
            description={texts.refreshHelp}
            checked={refresh}
            onChange={(event) => setRefresh(event.currentTarget.checked)}
          />
        )}
        <div role="status">{test.isPending && texts.running}</div>
        {test.isError && <ProblemPanel error={test.error} />}
        {test.isSuccess && <Report report={test.data} />}
      </div>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {common.close}
        </Button>
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={test.isPending}
          data-autofocus
          onClick={() => test.mutate()}
        >
          {test.isIdle ? texts.test : texts.retry}
        </Button>
      </Group>
    </Modal>
  );
}

function Report({ report }: { report: CredentialTestReport }) {
  const tones = { passed: 'good', warning: 'warn', failed: 'bad' } as const;
  return (
    <>
      <Callout
        tone={tones[report.outcome]}
        role={report.outcome === 'failed' ? 'alert' : 'status'}
        title={texts.outcomes[report.outcome]}
      />
      <ol className={classes.steps}>
        {report.steps.map((step, index) => (
          // The report is replaced as a whole.
          // biome-ignore lint/suspicious/noArrayIndexKey: two tools may be called the same
          <li key={index}>
            <Step step={step} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Step({ step }: { step: CredentialTestStep }) {
  const { title, result, explanation, remedy, link, answer, answeredAt } = step;
  return (
    <>
      <div className={classes.head}>
        <strong>{title}</strong>
        <span className={classes.result}>
          <StateMark state={looks[result]} />
        </span>
      </div>
      <div>
        <Emphasis text={explanation} />
      </div>
      {remedy.length > 0 && (
        <ol className={classes.remedy}>
          {remedy.map((line) => (
            <li key={line}>
              <Emphasis text={line} />
            </li>
          ))}
        </ol>
      )}
      {answer !== null && <ProviderAnswerLine answer={answer} />}
      {(link !== null || (answer !== null && answeredAt !== null)) && (
        <div className={classes.dim}>
          {answer !== null && answeredAt !== null && (
            <>
              {texts.answered} <RelativeTime at={answeredAt} />{' '}
            </>
          )}
          {link !== null && result !== 'passed' && <AppLink href={link.path}>{link.label}</AppLink>}
        </div>
      )}
    </>
  );
}
