import type { OAuthEntityProfileId } from '@lockkeeper/contract';
import { Button, Modal } from '@mantine/core';
import { IconDeviceFloppy, IconServer2 } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Callout } from '../../components/callout.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { done } from '../../components/toast.tsx';
import { paths } from '../../lib/paths.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { CredentialFields } from './credential-fields.tsx';
import classes from './new-credential-dialog.module.css';
import { useCredentialForm } from './use-credential-form.ts';

export interface NewCredentialDialogProps {
  /** The profile to start with. */
  profileId: OAuthEntityProfileId | null;
  onClose: () => void;
}

/** **OAuth 2.0 Credentials**: the empty form, over the list. Save opens the record, where Get OAuth Token waits. */
export function NewCredentialDialog({ profileId, onClose }: NewCredentialDialogProps) {
  const fullScreen = useNarrow();
  const navigate = useNavigate();
  const form = useCredentialForm(undefined, profileId);

  const save = async () => {
    const saved = await form.save();
    if (saved === undefined) return;
    done('Saved', texts.afterSaving);
    await navigate({ href: paths.credential(saved.id) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  useShortcuts({ 'mod+s': () => void save(), 'mod+enter': () => void save() }, { insideDialog: true });

  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.oauth2}
      size={640}
      fullScreen={fullScreen}
      // A stray click beside the dialog must not throw away what was typed.
      closeOnClickOutside={!form.dirty}
      classNames={{ body: classes.body ?? '' }}
    >
      <form onSubmit={submit} noValidate className={classes.form}>
        <div className={classes.fields}>
          <ErrorSummary form={form} />
          <CredentialFields
            form={form}
            note={
              <Callout tone="info" icon={<IconServer2 size={17} />}>
                {texts.midNote}
              </Callout>
            }
          />
        </div>
        <div className={classes.foot}>
          <span className={classes.after}>{texts.afterSaving}</span>
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={form.saving} leftSection={<IconDeviceFloppy size={16} />}>
            {common.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
