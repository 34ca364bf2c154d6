import { IconExternalLink } from '@tabler/icons-react';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { RailSection, RelatedLinks } from '../../components/side-rail.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { RegistryForm } from './registry-form.tsx';
import { useTemplates } from './templates.ts';
import { useRegistryForm } from './use-registry-form.ts';

/** The empty form **Application Registries**. */
export function NewRegistryPage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.registries }],
    title: texts.newRecord,
  });
  const form = useRegistryForm();
  const templates = useTemplates();
  const template = templates.find(({ key }) => key === form.values.template);

  const saveActions = useSaveActions(form, {
    listHref: paths.registries,
    recordHref: ({ id }) => paths.registry(id),
    detail: texts.createdToast,
  });

  return (
    <RecordPage
      title={texts.newRecord}
      kind={texts.list}
      backHref={paths.registries}
      form={saveActions}
      rail={
        template && (
          <>
            <RailSection title={texts.where}>
              <p>{template.help}</p>
            </RailSection>
            {template.helpUrl !== null && (
              <RelatedLinks
                links={[
                  {
                    label: texts.openProvider(template.label),
                    icon: IconExternalLink,
                    url: template.helpUrl,
                  },
                ]}
              />
            )}
          </>
        )
      }
    >
      <RegistryForm form={form} templates={templates} />
    </RecordPage>
  );
}
