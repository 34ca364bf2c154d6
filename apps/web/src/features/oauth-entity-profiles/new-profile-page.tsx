import { useSearch } from '@tanstack/react-router';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { ProfileForm } from './profile-form.tsx';
import { useProfileForm } from './use-profile-form.ts';

export function NewProfilePage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.profiles, href: paths.profiles }],
    title: texts.newProfile,
  });
  const { registry } = useSearch({ from: '/shell/oauth-entity-profiles/new' });
  const form = useProfileForm(undefined, registry ?? null);
  const saveActions = useSaveActions(form, {
    listHref: paths.profiles,
    recordHref: ({ id }) => paths.profile(id),
  });
  return (
    <RecordPage
      title={texts.newProfile}
      kind={texts.profile}
      backHref={registry === undefined ? paths.profiles : paths.registry(registry)}
      form={saveActions}
    >
      <ProfileForm form={form} />
    </RecordPage>
  );
}
