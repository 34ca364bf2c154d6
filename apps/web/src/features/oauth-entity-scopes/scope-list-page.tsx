import { oauthEntityScope } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { scopeColumns } from './scope-columns.tsx';

export function ScopeListPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.scopes });
  const navigate = useNavigate();
  return (
    <RecordList
      title={texts.scopes}
      path={paths.scopes}
      schema={oauthEntityScope}
      columns={scopeColumns}
      rowName={(row) => row.name}
      rowHref={(row) => paths.scope(row.id)}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.updatedAt} />,
        state: <span className="mono">{row.scope}</span>,
        detail: row.applicationRegistryName,
      })}
      defaultSort="name"
      onNew={() => void navigate({ href: paths.newScope() })}
      empty={{
        text: texts.scopesEmpty,
        action: (
          <Button component={AppLink} href={paths.newScope()}>
            {texts.newScope}
          </Button>
        ),
      }}
    />
  );
}
