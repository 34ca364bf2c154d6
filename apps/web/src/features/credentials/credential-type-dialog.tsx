import { Modal } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { ChoiceList } from '../../components/choice-list.tsx';
import { useNarrow } from '../../lib/viewport.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';

/** "What type of Credentials would you like to create?": only types that work are offered. */
export function CredentialTypeDialog({ onChoose, onClose }: { onChoose: () => void; onClose: () => void }) {
  const fullScreen = useNarrow();
  return (
    <Modal opened onClose={onClose} title={texts.typeQuestion} size={560} fullScreen={fullScreen}>
      <ChoiceList
        label={texts.typeQuestion}
        compact
        insideDialog
        choices={[
          {
            key: 'oauth2',
            title: texts.oauth2,
            description: texts.oauth2Description,
            icon: <IconKey size={18} />,
          },
        ]}
        onChoose={onChoose}
      />
    </Modal>
  );
}
