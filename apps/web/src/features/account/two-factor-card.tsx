import { twoFactorState } from '@lockkeeper/contract';
import { Button, Group } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { useConfirm } from '../../components/confirm.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { sessionQuery } from '../../lib/session.ts';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx';
import { TwoFactorDialog } from './two-factor-dialog.tsx';

/** Whether signing in asks for a code, and how to change that. */
export function TwoFactorCard() {
  const client = useQueryClient();
  const [ask, question] = useConfirm();
  const [open, setOpen] = useState<'set-up' | 'recovery'>();
  const { data, error } = useQuery({
    queryKey: ['/session/two-factor'],
    queryFn: () => api.get('/session/two-factor', twoFactorState),
  });
  const turnOff = async () => {
    if (
      !(await ask({ title: texts.turnOffTitle, body: texts.turnOffBody, verb: texts.turnOff, tone: 'bad' }))
    ) {
      return;
    }
    try {
      await api.delete('/session/two-factor');
      done(texts.turnedOff);
    } catch (reason) {
      failed(reason);
    }
    void client.invalidateQueries({ queryKey: ['/session/two-factor'] });
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  return (
    <Card title={texts.twoFactor}>
      <div className={classes.stack}>
        {error && <ProblemPanel error={error} />}
        {data && (
          <p className={classes.lead}>
            {data.enabled
              ? texts.twoFactorOn
              : data.available
                ? texts.twoFactorOff
                : texts.twoFactorElsewhere}
          </p>
        )}
        <Group gap="sm">
          {data?.available && !data.enabled && (
            <Button onClick={() => setOpen('set-up')}>{texts.setUp}</Button>
          )}
          {data?.enabled && (
            <>
              <Button variant="default" onClick={() => setOpen('recovery')}>
                {texts.newRecoveryCodes}
              </Button>
              <Button variant="default" onClick={() => void turnOff()}>
                {texts.turnOff}
              </Button>
            </>
          )}
        </Group>
      </div>
      {open === 'set-up' && <TwoFactorDialog onClose={() => setOpen(undefined)} />}
      {open === 'recovery' && <RecoveryCodesDialog onClose={() => setOpen(undefined)} />}
      {question}
    </Card>
  );
}
