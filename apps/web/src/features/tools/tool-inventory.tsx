import { type Tool, trackingResult } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useConfirm } from '../../components/confirm.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { DirtyGuard } from '../../components/record-form/dirty-guard.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { states } from '../../components/states.ts';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { tools as texts } from '../../texts/tools.ts';
import { DiscoverPanel } from './discover-panel.tsx';
import { DiscoveryRuns } from './discovery-runs.tsx';
import { PatternsPanel } from './patterns-panel.tsx';
import { PermissionsPanel } from './permissions-panel.tsx';
import classes from './tool-inventory.module.css';
import { previewDraft, type TrackingDraft, updateOf } from './tracking-draft.ts';
import { TrackingTreeView } from './tracking-tree-view.tsx';
import { isUnderWay, type useDiscovery } from './use-discovery.ts';
import { useInventory } from './use-inventory.ts';

interface ToolInventoryProps {
  tool: Tool;
  discovery: ReturnType<typeof useDiscovery>;
  mayChange: boolean;
}

const noChoices: TrackingDraft['choices'] = new Map();

/** What the tool holds and what of it is tracked: discovery, tree, patterns, permissions, runs. */
export function ToolInventory({ tool, discovery, mayChange }: ToolInventoryProps) {
  const client = useQueryClient();
  const [ask, dialog] = useConfirm();
  const { tree, error } = useInventory(tool.id);
  const [edited, setEdited] = useState<TrackingDraft>();
  const draft = useMemo<TrackingDraft>(
    () => edited ?? { choices: noChoices, patterns: tool.patterns },
    [edited, tool.patterns],
  );
  const preview = useMemo(() => previewDraft(tree ?? [], draft), [tree, draft]);
  const update = updateOf(draft, tool.patterns);

  const save = useMutation({
    mutationFn: () => api.put(`/tools/${tool.id}/tracking`, update, trackingResult),
    onSuccess: async ({ tracked, total }) => {
      await Promise.all(
        ['/tools', '/workspaces', '/projects', '/repositories'].map((path) =>
          client.invalidateQueries({ queryKey: [path] }),
        ),
      );
      setEdited(undefined);
      done('Choice saved', `${tracked} of ${total} repositories are tracked.`);
    },
    onError: (problem) => failed(problem),
  });
  const saveChoice = () => update && !save.isPending && save.mutate();
  useShortcuts({ 'mod+s': saveChoice }, { enabled: mayChange });

  const steer = async (action: 'pause' | 'resume' | 'cancel', body?: unknown) => {
    if (action === 'cancel') {
      const sure = await ask({
        title: 'Cancel this discovery',
        body: 'What it has found so far stays. The next discovery reads everything from the beginning; to go on later, pause it instead.',
        verb: 'Cancel discovery',
      });
      if (!sure) return;
    }
    discovery.steer.mutate(body === undefined ? { action } : { action, body }, {
      onError: (problem) => failed(problem),
    });
  };

  const { run } = discovery;
  const statusOf = (uuid: string) => {
    const progress = isUnderWay(run)
      ? run.workspaces.find((workspace) => workspace.uuid === uuid)
      : undefined;
    return progress ? <StateMark state={workspaceLooks[progress.state]} /> : null;
  };
  const known = preview.all.total > 0 || (tree?.length ?? 0) > 0;

  return (
    <div className={classes.columns}>
      <div className={classes.main}>
        <DiscoverPanel
          run={run}
          onSteer={mayChange ? (action, body) => void steer(action, body) : undefined}
          footer={
            known && (
              <>
                <span aria-live="polite">
                  <strong>{preview.all.tracked.toLocaleString('en')}</strong> of{' '}
                  {preview.all.total.toLocaleString('en')} repositories{' '}
                  {update ? 'will be tracked.' : 'are tracked.'}
                  {update && <span className={classes.unsaved}> Not saved yet.</span>}
                </span>
                {mayChange && (
                  <span className={classes.buttons}>
                    {update && (
                      <Button variant="default" onClick={() => setEdited(undefined)}>
                        Take back
                      </Button>
                    )}
                    <Button
                      variant={update ? 'filled' : 'default'}
                      leftSection={<IconDeviceFloppy size={16} />}
                      loading={save.isPending}
                      disabled={!update}
                      title={update ? undefined : 'Nothing differs from what is saved.'}
                      onClick={saveChoice}
                    >
                      {texts.saveChoice}
                    </Button>
                  </span>
                )}
              </>
            )
          }
        >
          {error && <ProblemPanel error={error} onRetry={() => void client.invalidateQueries()} />}
          {!error && !tree && (
            <div className={classes.padded}>
              <LoadingRows what="workspaces, projects and repositories" />
            </div>
          )}
          {tree && !known && (
            <div className={classes.padded}>
              <EmptyState>
                <strong>{texts.neverDiscovered}</strong> {isUnderWay(run) ? null : texts.neverDiscoveredNext}
              </EmptyState>
            </div>
          )}
          {tree && known && (
            <TrackingTreeView
              tree={tree}
              draft={draft}
              preview={preview}
              onChange={mayChange ? setEdited : undefined}
              statusOf={statusOf}
            />
          )}
        </DiscoverPanel>
        <DiscoveryRuns runs={discovery.runs} />
      </div>
      <aside className={classes.side} aria-label="Permissions and patterns">
        <PermissionsPanel tool={tool} />
        <PatternsPanel
          patterns={draft.patterns}
          tree={tree ?? []}
          onChange={mayChange ? (patterns) => setEdited({ ...draft, patterns }) : undefined}
        />
      </aside>
      {dialog}
      <DirtyGuard dirty={update !== undefined && !save.isPending} />
    </div>
  );
}

const workspaceLooks = {
  waiting: states.waiting,
  reading: { ...states.running, word: 'Reading' },
  read: { ...states.succeeded, word: 'Read' },
  failed: states.failed,
};
