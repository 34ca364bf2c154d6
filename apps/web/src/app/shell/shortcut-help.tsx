import { Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { KeyCap } from '../../components/key-cap.tsx';
import { setSingleKeysEnabled, singleKeysEnabled } from '../../lib/shortcuts.ts';
import { shell, shortcutTexts } from '../../texts/shell.ts';
import classes from './shortcut-help.module.css';

/** Every shortcut, and the switch that turns single keys off. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const [enabled, setEnabled] = useState(singleKeysEnabled);
  return (
    <Modal opened onClose={onClose} title={shell.shortcuts} size="lg">
      <dl className={classes.list}>
        {shortcutTexts.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <KeyCap>{keys}</KeyCap>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Switch
        checked={enabled}
        label={shell.singleKeys}
        description={shell.singleKeysHint}
        onChange={(event) => {
          setEnabled(event.currentTarget.checked);
          setSingleKeysEnabled(event.currentTarget.checked);
        }}
      />
    </Modal>
  );
}
