import { type TwoFactorEnrolment, twoFactorEnrolment, twoFactorState } from '@lockkeeper/contract';
import { Button, Group, Modal, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { done } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { sessionQuery } from '../../lib/session.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Password, then the app and its first code, then the recovery codes. */
export function TwoFactorDialog({ onClose }: { onClose: () => void }) {
  const narrow = useNarrow();
  const client = useQueryClient();
  const [enrolment, setEnrolment] = useState<TwoFactorEnrolment>();
  const [verified, setVerified] = useState(false);
  const finish = () => {
    setVerified(true);
    done(texts.turnedOn);
    void client.invalidateQueries({ queryKey: ['/session/two-factor'] });
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={verified ? texts.recoveryTitle : texts.setUpTitle}
      fullScreen={narrow}
      closeOnClickOutside={false}
    >
      {enrolment === undefined && <PasswordStep onDone={setEnrolment} />}
      {enrolment !== undefined && !verified && <CodeStep enrolment={enrolment} onDone={finish} />}
      {enrolment !== undefined && verified && (
        <RecoveryCodes codes={enrolment.recoveryCodes} onKept={onClose} />
      )}
    </Modal>
  );
}

function PasswordStep({ onDone }: { onDone: (enrolment: TwoFactorEnrolment) => void }) {
  const form = useRecordForm<{ password: string }, TwoFactorEnrolment>({
    values: { password: '' },
    labels: { password: texts.password },
    send: (values) => api.post('/session/two-factor', values, twoFactorEnrolment),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await form.save();
    if (answer) onDone(answer);
  };
  return (
    <form className={classes.stack} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{texts.passwordFirst}</p>
      <ErrorSummary form={form} />
      <PasswordInput {...form.text('password')} autoComplete="current-password" data-autofocus required />
      <Group justify="flex-end">
        <Button type="submit" loading={form.saving}>
          {texts.next}
        </Button>
      </Group>
    </form>
  );
}

function CodeStep({ enrolment, onDone }: { enrolment: TwoFactorEnrolment; onDone: () => void }) {
  const form = useRecordForm<{ code: string }, unknown>({
    values: { code: '' },
    labels: { code: texts.sixDigits },
    send: (values) => api.post('/session/two-factor/verify', values, twoFactorState),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if ((await form.save()) !== undefined) onDone();
  };
  return (
    <form className={classes.stack} onSubmit={(event) => void submit(event)} noValidate>
      <p className={classes.lead}>{texts.scan}</p>
      <div className={classes.code}>
        <QrCode text={enrolment.uri} alt={texts.scanAlt} />
      </div>
      <TextInput label={texts.typeInstead} value={enrolment.secret} readOnly classNames={{ input: 'mono' }} />
      <ErrorSummary form={form} />
      <TextInput
        {...form.text('code')}
        description={texts.enterCode}
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={6}
        data-autofocus
        required
      />
      <Group justify="flex-end">
        <Button type="submit" loading={form.saving}>
          {texts.turnOn}
        </Button>
      </Group>
    </form>
  );
}
