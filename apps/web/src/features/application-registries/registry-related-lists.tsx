import {
  type ApplicationRegistry,
  credential,
  oauthEntityProfile,
  oauthEntityScope,
} from '@lockkeeper/contract';
import { useNavigate } from '@tanstack/react-router';
import { RelatedList, RelatedLists } from '../../components/related-lists.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { credentialTexts } from '../../texts/credentials.ts';
import { credentialColumns, credentialNarrowRow } from '../credentials/credential-columns.tsx';
import { profileColumns } from '../oauth-entity-profiles/profile-columns.tsx';
import { scopeColumns } from '../oauth-entity-scopes/scope-columns.tsx';

/** What belongs to a registry: OAuth Entity Profiles, OAuth Entity Scopes, Credentials. */
export function RegistryRelatedLists({ registry }: { registry: ApplicationRegistry }) {
  const navigate = useNavigate();
  const query = { applicationRegistryId: registry.id };
  return (
    <RelatedLists
      tabs={[
        {
          key: 'profiles',
          label: texts.profiles,
          count: { path: paths.profiles, schema: oauthEntityProfile, query },
          onNew: () => void navigate({ href: paths.newProfile(registry.id) }),
          content: (
            <RelatedList
              label={texts.profiles}
              path={paths.profiles}
              schema={oauthEntityProfile}
              query={query}
              columns={profileColumns.filter(({ key }) => key !== 'registry')}
              rowName={(row) => row.name}
              rowHref={(row) => paths.profile(row.id)}
              narrowRow={(row) => ({
                end: <RelativeTime at={row.updatedAt} />,
                state: row.isDefault ? texts.isDefault : '',
              })}
              empty={texts.profileEmptyRelated}
            />
          ),
        },
        {
          key: 'scopes',
          label: texts.scopes,
          count: { path: paths.scopes, schema: oauthEntityScope, query },
          onNew: () => void navigate({ href: paths.newScope(registry.id) }),
          content: (
            <RelatedList
              label={texts.scopes}
              path={paths.scopes}
              schema={oauthEntityScope}
              query={query}
              columns={scopeColumns.filter(({ key }) => key !== 'registry')}
              rowName={(row) => row.name}
              rowHref={(row) => paths.scope(row.id)}
              narrowRow={(row) => ({ end: <RelativeTime at={row.updatedAt} />, state: row.scope })}
              empty={texts.scopesEmpty}
            />
          ),
        },
        {
          key: 'credentials',
          label: credentialTexts.list,
          count: { path: paths.credentials, schema: credential, query },
          onNew: () => void navigate({ href: paths.newCredential('oauth2') }),
          content: (
            <RelatedList
              label={credentialTexts.list}
              path={paths.credentials}
              schema={credential}
              query={query}
              columns={credentialColumns.filter(({ key }) =>
                ['name', 'state', 'expires', 'appliesTo'].includes(key),
              )}
              rowName={(row) => row.name}
              rowHref={(row) => paths.credential(row.id)}
              narrowRow={credentialNarrowRow}
              empty={credentialTexts.emptyRelated}
            />
          ),
        },
      ]}
    />
  );
}
