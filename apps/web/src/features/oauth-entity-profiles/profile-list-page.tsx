import { oauthEntityProfile } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { profileColumns } from './profile-columns.tsx';

export function ProfileListPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.profiles });
  const navigate = useNavigate();
  return (
    <RecordList
      title={texts.profiles}
      path={paths.profiles}
      schema={oauthEntityProfile}
      columns={profileColumns}
      rowName={(row) => row.name}
      rowHref={(row) => paths.profile(row.id)}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.updatedAt} />,
        state: row.applicationRegistryName,
        detail: row.isDefault ? texts.isDefault : '',
      })}
      defaultSort="name"
      onNew={() => void navigate({ href: paths.newProfile() })}
      empty={{
        text: texts.profilesEmpty,
        action: (
          <Button component={AppLink} href={paths.newRegistry}>
            {texts.register}
          </Button>
        ),
      }}
    />
  );
}
