import type { Credential } from '@lockkeeper/contract';
import { IconAppWindow, IconKey, IconPlugConnected, IconTestPipe, IconUserScan } from '@tabler/icons-react';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Facts, RailSection, RecordFacts, RelatedLinks } from '../../components/side-rail.tsx';
import { paths } from '../../lib/paths.ts';
import { common } from '../../texts/common.ts';
import { testTexts } from '../../texts/credential-test.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { providerName } from './provider-name.ts';
import type { useAuthorization } from './use-authorization.ts';

export interface CredentialRailProps {
  credential: Credential;
  authorization: ReturnType<typeof useAuthorization>;
  onTest: () => void;
}

/** Related Links with **Get OAuth Token**, use, and record facts. */
export function CredentialRail({ credential, authorization, onTest }: CredentialRailProps) {
  const { token, profile, tools } = credential;
  return (
    <>
      <RelatedLinks
        links={[
          { label: texts.getToken, icon: IconKey, onClick: authorization.start, strong: true },
          { label: testTexts.title, icon: IconTestPipe, onClick: onTest },
          {
            label: texts.applicationRegistry,
            icon: IconAppWindow,
            href: paths.registry(profile.applicationRegistryId),
          },
          { label: texts.profile, icon: IconUserScan, href: paths.profile(profile.id) },
          ...tools.map(({ id, name }) => ({ label: name, icon: IconPlugConnected, href: paths.tool(id) })),
        ]}
        note={
          authorization.needsConsent
            ? texts.getTokenNote(providerName(credential))
            : texts.getTokenAtOnce(providerName(credential))
        }
      />
      <RailSection title={texts.used}>
        <Facts
          facts={[
            [
              texts.authServer,
              credential.connectViaMidServer ? texts.authServerViaMidServer : texts.authServerDirect,
            ],
            [texts.lastUse, <RelativeTime key="use" at={token.lastUsedAt} />],
            [texts.lastRefresh, <RelativeTime key="refresh" at={token.lastRefreshAt} />],
            authorization.needsConsent
              ? [texts.refreshToken, token.hasRefreshToken ? texts.refreshTokenHeld : texts.refreshTokenNone]
              : [texts.renewedBy, common.grantTypes[profile.grantType]],
            ...(token.lapsesAt === null
              ? []
              : [[texts.needsPerson, <RelativeTime key="lapses" at={token.lapsesAt} />] as const]),
            ...(token.refreshTokenExpiresAt === null
              ? []
              : [
                  [
                    texts.refreshTokenEnds,
                    <RelativeTime key="ends" at={token.refreshTokenExpiresAt} />,
                  ] as const,
                ]),
          ]}
        />
      </RailSection>
      <RecordFacts
        record={credential}
        more={
          credential.sealedWith === null
            ? []
            : [
                [
                  texts.sealedWith,
                  <span key="sealed" className="mono">
                    {credential.sealedWith}
                  </span>,
                ],
              ]
        }
      />
    </>
  );
}
