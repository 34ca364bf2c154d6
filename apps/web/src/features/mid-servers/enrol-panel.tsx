import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Card } from '../../components/card.tsx';
import { CommandLine } from '../../components/command-line.tsx';
import { midServers as texts } from '../../texts/mid-servers.ts';
import classes from './enrol-panel.module.css';

/** How one more MID Server is enrolled, in three steps. */
export function EnrolPanel({ onNewToken }: { onNewToken: () => void }) {
  const { token, run, compare } = texts.steps;
  return (
    <div className={classes.page}>
      <Card title={texts.enrolAnother} aside={texts.outboundOnly} flush>
        <ol className={classes.steps}>
          <li>
            <h3>{token[0]}</h3>
            <p>{token[1]}</p>
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={onNewToken}>
              {texts.newToken}
            </Button>
          </li>
          <li>
            <h3>{run[0]}</h3>
            <p>{run[1]}</p>
            <CommandLine command={texts.commandShape} copyable={false} wrap />
          </li>
          <li>
            <h3>{compare[0]}</h3>
            <p>{compare[1]}</p>
          </li>
        </ol>
      </Card>
    </div>
  );
}
