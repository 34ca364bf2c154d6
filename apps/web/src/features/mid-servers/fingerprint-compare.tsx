import type { MidServer } from '@lockkeeper/contract';
import { Button, TextInput } from '@mantine/core';
import { IconBan, IconCheck, IconX } from '@tabler/icons-react';
import { Card } from '../../components/card.tsx';
import { CommandLine } from '../../components/command-line.tsx';
import { midServers as texts } from '../../texts/mid-servers.ts';
import { compareFingerprint, GROUPS } from './fingerprint.ts';
import classes from './fingerprint-compare.module.css';

interface FingerprintCompareProps {
  midServer: MidServer;
  typed: string;
  onTyped: (typed: string) => void;
  onRemove: () => void;
}

/** The fingerprint this instance received beside the one the agent's host shows, group by group. */
export function FingerprintCompare({ midServer, typed, onTyped, onRemove }: FingerprintCompareProps) {
  const { groups, matching, differing } = compareFingerprint(midServer.fingerprint, typed);
  const verdict = differing > 0 ? 'The fingerprints differ' : `${matching} of ${GROUPS} groups match`;
  return (
    <Card
      title={texts.compareTitle}
      aside={
        <span role="status" data-differ={differing > 0 || undefined} className={classes.verdict}>
          {verdict}
        </span>
      }
      footer={
        <>
          <span id="validate-reason" className={classes.unlocks}>
            {texts.unlocks}
          </span>
          <Button variant="light" color="red" leftSection={<IconBan size={15} />} onClick={onRemove}>
            {texts.remove}
          </Button>
        </>
      }
    >
      <div className={classes.columns}>
        <div>
          <h3 className={classes.heading}>{texts.received}</h3>
          <ol className={classes.groups}>
            {groups.map(({ text, state }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the place of a group is what it is.
              <li key={index} data-state={state}>
                {text}
                {state === 'match' && <IconCheck size={13} aria-label="matches" />}
                {state === 'differ' && <IconX size={13} aria-label="differs" />}
              </li>
            ))}
          </ol>
          <p className={classes.help}>{texts.fingerprintIs}</p>
        </div>
        <div>
          <TextInput
            label={texts.shown}
            value={typed}
            onChange={(event) => onTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: classes.input ?? '' }}
            error={differing > 0 ? 'At least one group differs. Do not validate this agent.' : undefined}
          />
          <p className={classes.help}>
            Log in to <strong>{midServer.host}</strong>, run this and paste the answer. Reading aloud over the
            phone does as well.
          </p>
          <CommandLine command={texts.fingerprintCommand} />
        </div>
      </div>
    </Card>
  );
}
