import { Button, Group } from '@mantine/core';
import { CopyButton } from '../../components/copy-button.tsx';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';

/** New recovery codes, this once. */
export function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  return (
    <div className={classes.stack}>
      <p className={classes.lead}>{texts.recoveryLead}</p>
      <ul className={classes.recovery}>
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ul>
      <Group justify="flex-end" gap="sm">
        <CopyButton value={codes.join('\n')} what={texts.recoveryTitle} />
        <Button onClick={onKept}>{texts.recoveryKept}</Button>
      </Group>
    </div>
  );
}
