import { type Repository, repository as repositorySchema } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconExternalLink, IconPlugConnected } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { Card } from '../../components/card.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Facts, RailSection, RelatedLinks } from '../../components/side-rail.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useRecord } from '../../lib/query.ts';
import { safeHref } from '../../lib/safe-href.ts';
import { longDateTime } from '../../lib/time.ts';
import { repositories as texts } from '../../texts/repositories.ts';
import { TrackingMark } from './tracking-mark.tsx';

export function RepositoryPage() {
  const { repositoryId } = useParams({ strict: false });
  const record = useRecord('/repositories', repositoryId ?? '', repositorySchema);
  usePageFrame({
    crumbs: [{ label: 'DevOps' }, { label: texts.title, href: '/repositories' }],
    title: record.data?.name ?? '',
    recordKind: texts.kind,
  });
  if (record.isPending) return <LoadingRows what="repository" />;
  if (record.isError) return <ProblemPanel error={record.error} onRetry={() => void record.refetch()} />;
  return <RepositoryRecord repository={record.data} />;
}

function RepositoryRecord({ repository }: { repository: Repository }) {
  const href = safeHref(repository.webUrl);
  return (
    <RecordPage
      title={repository.name}
      kind={`${texts.kind}, ${repository.workspaceSlug} / ${repository.projectKey ?? 'no project'}`}
      id={repository.id}
      backHref="/repositories"
      state={<TrackingMark repository={repository} pill />}
      actions={
        href && (
          <Button
            component="a"
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            variant="default"
            rightSection={<IconExternalLink size={15} />}
          >
            Open in Bitbucket
          </Button>
        )
      }
      rail={
        <>
          <RelatedLinks
            links={[
              { label: repository.toolName, icon: IconPlugConnected, href: `/tools/${repository.toolId}` },
            ]}
          />
          <RailSection title="Record">
            <Facts
              facts={[
                ['First seen', longDateTime(new Date(repository.firstSeenAt))],
                ['Changed', <RelativeTime key="changed" at={repository.updatedAt} />],
                ...(repository.goneAt
                  ? ([['Gone since', longDateTime(new Date(repository.goneAt))]] as const)
                  : []),
                [
                  'UUID',
                  <span key="uuid" className="mono">
                    {repository.uuid}
                  </span>,
                ],
              ]}
            />
          </RailSection>
        </>
      }
    >
      <Card title="Repository">
        <Facts
          facts={[
            [
              'Full name',
              <span key="name" className="mono">
                {repository.fullName}
              </span>,
            ],
            ['Description', repository.description || '—'],
            ['Access', repository.private ? 'Private' : 'Public'],
            [
              'Main branch',
              repository.mainBranch ? (
                <span key="branch" className="mono">
                  {repository.mainBranch}
                </span>
              ) : (
                '—'
              ),
            ],
            ['Language', repository.language || '—'],
            ['Size', repository.sizeBytes === null ? '—' : size(repository.sizeBytes)],
            ['Tracking', repository.trackingReason],
          ]}
        />
      </Card>
    </RecordPage>
  );
}

/** "1.2 MB", in powers of ten as Bitbucket shows it. */
function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
