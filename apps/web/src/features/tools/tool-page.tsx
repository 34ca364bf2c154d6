import { type Tool, tool as toolSchema } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconPencil, IconPlugConnected, IconRadar2 } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useConfirm } from '../../components/confirm.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { toolStates } from '../../components/states.ts';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useRecord } from '../../lib/query.ts';
import { useHasRole } from '../../lib/session.ts';
import { tools as texts } from '../../texts/tools.ts';
import { ConnectProblem } from './connect-problem.tsx';
import { RouteStrip } from './route-strip.tsx';
import { ToolDialog } from './tool-dialog.tsx';
import { ToolInventory } from './tool-inventory.tsx';
import classes from './tool-page.module.css';
import { isUnderWay, useDiscovery } from './use-discovery.ts';

export function ToolPage() {
  const { toolId } = useParams({ strict: false });
  const record = useRecord('/tools', toolId ?? '', toolSchema);
  usePageFrame({
    crumbs: [{ label: texts.devOps }, { label: texts.tools, href: '/tools' }],
    title: record.data?.name ?? '',
    recordKind: 'Tool',
  });
  if (record.isPending) return <LoadingRows what="tool" />;
  if (record.isError) return <ProblemPanel error={record.error} onRetry={() => void record.refetch()} />;
  return <ToolRecord tool={record.data} />;
}

function ToolRecord({ tool }: { tool: Tool }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayChange = useHasRole('admin', 'tool_owner');
  const [ask, dialog] = useConfirm();
  const [editing, setEditing] = useState(false);
  const discovery = useDiscovery(tool);
  const underWay = isUnderWay(discovery.run);

  const connect = useMutation({
    mutationFn: () => api.post(`/tools/${tool.id}/connect`, {}, toolSchema),
    onSuccess: (connected) => {
      client.setQueryData(['/tools', tool.id], connected);
      void client.invalidateQueries({ queryKey: ['/tools', 'list'] });
    },
    onError: (error) => failed(error),
  });
  const removal = useMutation({
    mutationFn: () => api.delete(`/tools/${tool.id}`),
    onSuccess: async () => {
      done(`${tool.name} is deleted.`);
      await navigate({ to: '/tools' });
      client.removeQueries({ queryKey: ['/tools', tool.id] });
      void client.invalidateQueries();
    },
    onError: (error) => failed(error),
  });
  const askToDelete = async () => {
    const sure = await ask({
      title: `Delete ${tool.name}`,
      body: 'What was discovered through it and the choice of what is tracked are deleted here. Nothing changes in Bitbucket, and the credential stays.',
      verb: 'Delete',
      tone: 'bad',
    });
    if (sure) removal.mutate();
  };

  const whyNot =
    tool.state === 'disconnected' ? texts.connectFirst : underWay ? texts.discoverRunning : undefined;
  return (
    <RecordPage
      title={tool.name}
      kind={texts.kindOf(tool.kindLabel)}
      id={tool.id}
      backHref="/tools"
      layout="wide"
      state={<StateMark state={toolStates[tool.state]} pill />}
      actions={
        mayChange && (
          <>
            <Button
              variant={tool.state === 'disconnected' ? 'filled' : 'default'}
              leftSection={<IconPlugConnected size={16} />}
              loading={connect.isPending}
              onClick={() => connect.mutate()}
            >
              {texts.connect}
            </Button>
            <Button
              variant={
                tool.state !== 'disconnected' && tool.repositoryCount === 0 && !underWay
                  ? 'filled'
                  : 'default'
              }
              leftSection={<IconRadar2 size={16} />}
              loading={discovery.start.isPending}
              disabled={whyNot !== undefined}
              title={whyNot}
              onClick={() => discovery.start.mutate(undefined, { onError: (error) => failed(error) })}
            >
              {texts.discover}
            </Button>
          </>
        )
      }
      menu={mayChange ? [{ label: texts.edit, icon: IconPencil, run: () => setEditing(true) }] : []}
      onDelete={mayChange ? () => void askToDelete() : undefined}
    >
      <div className={classes.page}>
        <div role="status" className={classes.progress}>
          {connect.isPending && 'Connecting through the MID Server…'}
        </div>
        <RouteStrip tool={tool} />
        <ConnectProblem tool={tool} />
        <ToolInventory tool={tool} discovery={discovery} mayChange={mayChange} />
      </div>
      {dialog}
      {editing && <ToolDialog tool={tool} onClose={() => setEditing(false)} />}
    </RecordPage>
  );
}
