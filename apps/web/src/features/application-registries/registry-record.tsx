import type { ApplicationRegistry } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconExternalLink, IconKey, IconPlugConnected } from '@tabler/icons-react';
import { AppLink } from '../../components/app-link.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { RailSection, RecordFacts, RelatedLinks } from '../../components/side-rail.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { states } from '../../components/states.ts';
import { useDeleteRecord } from '../../components/use-delete-record.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { RegistryForm } from './registry-form.tsx';
import { RegistryRelatedLists } from './registry-related-lists.tsx';
import { SigningKeysPanel } from './signing-keys-panel.tsx';
import { useTemplates } from './templates.ts';
import { useRegistryForm } from './use-registry-form.ts';
import { useValidation } from './use-validation.ts';
import { ValidationNote } from './validation-note.tsx';

/** A stored Application Registry: form, validation, related lists. */
export function RegistryRecord({ registry }: { registry: ApplicationRegistry }) {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.registries }],
    title: registry.name,
    recordKind: texts.record,
  });
  const form = useRegistryForm(registry);
  const templates = useTemplates();
  const template = templates.find(({ key }) => key === registry.template);
  const validation = useValidation(registry.id);
  const [deleteRegistry, deleteDialog] = useDeleteRecord({
    path: paths.registries,
    id: registry.id,
    name: registry.name,
    body: texts.deleteBody,
  });

  const saveActions = useSaveActions(form, { listHref: paths.registries });

  return (
    <RecordPage
      title={registry.name}
      kind={texts.record}
      id={registry.id}
      state={<StateMark pill state={registry.active ? states.active : states.inactive} />}
      backHref={paths.registries}
      form={saveActions}
      menu={[{ label: texts.validate, icon: IconPlugConnected, run: validation.run, startsGroup: true }]}
      onDelete={deleteRegistry}
      rail={
        <>
          <RailSection title={texts.next}>
            <p>
              {registry.defaultGrantType === 'authorization_code'
                ? texts.nextCredential
                : texts.nextCredentialAlone}
            </p>
            <Button
              component={AppLink}
              href={paths.newCredential('oauth2')}
              variant="default"
              fullWidth
              leftSection={<IconKey size={16} />}
            >
              {texts.newCredential}
            </Button>
          </RailSection>
          <RelatedLinks
            note={registry.validation === null ? texts.notValidated : undefined}
            links={[
              {
                label: validation.running ? texts.validating : texts.validate,
                icon: IconPlugConnected,
                onClick: validation.run,
                disabled: validation.running,
              },
              ...(template?.helpUrl
                ? [
                    {
                      label: texts.openProvider(template.label),
                      icon: IconExternalLink,
                      url: template.helpUrl,
                    },
                  ]
                : []),
            ]}
          />
          <RecordFacts record={registry} more={[['Type', 'OAuth Provider']]} />
        </>
      }
    >
      <ValidationNote validation={registry.validation} running={validation.running} />
      <RegistryForm form={form} registry={registry} templates={templates} />
      <SigningKeysPanel registry={registry} />
      <RegistryRelatedLists registry={registry} />
      {deleteDialog}
    </RecordPage>
  );
}
