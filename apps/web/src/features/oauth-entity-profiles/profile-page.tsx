import { type OAuthEntityProfile, oauthEntityProfile } from '@lockkeeper/contract';
import { IconAppWindow } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { RecordStatus } from '../../components/record-status.tsx';
import { RecordFacts, RelatedLinks } from '../../components/side-rail.tsx';
import { useDeleteRecord } from '../../components/use-delete-record.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { ProfileForm } from './profile-form.tsx';
import { useProfileForm } from './use-profile-form.ts';

export function ProfilePage() {
  const { profileId } = useParams({ from: '/shell/oauth-entity-profiles/$profileId' });
  const record = useRecord(paths.profiles, profileId, oauthEntityProfile);
  if (record.data === undefined) {
    return <RecordStatus what={texts.profile} listHref={paths.profiles} query={record} />;
  }
  return <ProfileRecord key={profileId} profile={record.data} />;
}

function ProfileRecord({ profile }: { profile: OAuthEntityProfile }) {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.profiles, href: paths.profiles }],
    title: profile.name,
    recordKind: texts.profile,
  });
  const form = useProfileForm(profile, profile.applicationRegistryId);
  const [deleteProfile, deleteDialog] = useDeleteRecord({
    path: paths.profiles,
    id: profile.id,
    name: profile.name,
    body: texts.deleteProfileBody,
  });
  const saveActions = useSaveActions(form, { listHref: paths.profiles });
  return (
    <RecordPage
      title={profile.name}
      kind={texts.profile}
      id={profile.id}
      backHref={paths.profiles}
      form={saveActions}
      onDelete={deleteProfile}
      rail={
        <>
          <RelatedLinks
            links={[
              {
                label: profile.applicationRegistryName,
                icon: IconAppWindow,
                href: paths.registry(profile.applicationRegistryId),
              },
            ]}
          />
          <RecordFacts record={profile} />
        </>
      }
    >
      <ProfileForm form={form} profile={profile} />
      {deleteDialog}
    </RecordPage>
  );
}
