import { Button, TextInput, UnstyledButton } from '@mantine/core';
import {
  IconBuilding,
  IconCheck,
  IconChevronRight,
  IconFolder,
  IconGitBranch,
  IconLock,
  IconMinus,
  IconSearch,
  IconX,
} from '@tabler/icons-react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  useDeferredValue,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useNow } from '../../lib/now.ts';
import { relativeTime } from '../../lib/time.ts';
import { tools as texts } from '../../texts/tools.ts';
import { type TrackingDraft, type TrackingPreview, tick, tickOf } from './tracking-draft.ts';
import type { TreeNode } from './tracking-tree.ts';
import classes from './tracking-tree-view.module.css';
import { type TreeRow, treeRows } from './tree-rows.ts';

interface TrackingTreeViewProps {
  tree: readonly TreeNode[];
  draft: TrackingDraft;
  preview: TrackingPreview;
  /** Absent: the choice is shown and cannot be changed. */
  onChange: ((draft: TrackingDraft) => void) | undefined;
  /** What the running discovery says of a workspace, beside its counts. */
  statusOf: (workspaceUuid: string) => React.ReactNode;
}

/** The tree of what is tracked. Only the rows in view exist, so 10,000 repositories scroll like ten. */
export function TrackingTreeView({ tree, draft, preview, onChange, statusOf }: TrackingTreeViewProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [search, setSearch] = useState('');
  const [onlyTicked, setOnlyTicked] = useState(false);
  const [activeId, setActiveId] = useState<string>();
  const needle = useDeferredValue(search);
  const now = useNow(60_000);
  const treeId = useId();
  const scroller = useRef<HTMLDivElement>(null);

  const rows = useMemo(
    () => treeRows(tree, { open, search: needle, onlyTicked }, preview, draft),
    [tree, open, needle, onlyTicked, preview, draft],
  );
  const activeIndex = Math.max(
    rows.findIndex(({ node }) => node.id === activeId),
    0,
  );
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (window.matchMedia('(max-width: 47.99em)').matches ? 44 : 32),
    overscan: 8,
    getItemKey: (index) => rows[index]?.node.id ?? index,
    // The active row stays in the document, since the tree points at it.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), Math.min(activeIndex, range.count - 1)])].sort(
        (a, b) => a - b,
      ),
  });

  const setNodeOpen = (node: TreeNode, value: boolean) => {
    const next = new Set(open);
    if (value) next.add(node.id);
    else next.delete(node.id);
    setOpen(next);
  };
  const toggleTick = (node: TreeNode) => onChange?.(tick(draft, node, tickOf(node, preview, draft) !== 'on'));
  const moveTo = (index: number) => {
    const target = Math.min(Math.max(index, 0), rows.length - 1);
    setActiveId(rows[target]?.node.id);
    virtualizer.scrollToIndex(target);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[activeIndex];
    if (!row) return;
    const parentIndex = rows.findIndex(({ node }) => node === row.node.parent);
    const acts: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      PageDown: () => moveTo(activeIndex + 12),
      PageUp: () => moveTo(activeIndex - 12),
      ArrowRight: () =>
        row.open === false ? setNodeOpen(row.node, true) : row.open && moveTo(activeIndex + 1),
      ArrowLeft: () => (row.open ? setNodeOpen(row.node, false) : parentIndex >= 0 && moveTo(parentIndex)),
      Enter: () => row.open !== undefined && setNodeOpen(row.node, !row.open),
      ' ': () => toggleTick(row.node),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };

  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const index = Number(event.target.closest('[data-index]')?.getAttribute('data-index') ?? -1);
    const row = rows[index];
    if (!row) return;
    setActiveId(row.node.id);
    if (event.target.closest('[data-part=box]')) toggleTick(row.node);
    else if (row.open !== undefined) setNodeOpen(row.node, !row.open);
    else toggleTick(row.node);
  };

  const everythingOpen = () => {
    const ids = tree.flatMap((node) => [node.id, ...node.children.filter(isBranch).map(({ id }) => id)]);
    setOpen(new Set(ids));
  };

  return (
    <div className={classes.view}>
      <div className={classes.toolbar}>
        <TextInput
          className={classes.search}
          aria-label={texts.find}
          placeholder={texts.find}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          leftSection={<IconSearch size={16} />}
          rightSection={
            search !== '' && (
              <UnstyledButton className={classes.clear} aria-label="Clear" onClick={() => setSearch('')}>
                <IconX size={14} />
              </UnstyledButton>
            )
          }
        />
        <Button
          variant={onlyTicked ? 'light' : 'subtle'}
          color={onlyTicked ? 'lock' : 'gray'}
          aria-pressed={onlyTicked}
          className={classes.tool}
          onClick={() => setOnlyTicked(!onlyTicked)}
        >
          {texts.onlyTicked}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          className={classes.tool}
          onClick={open.size > 0 ? () => setOpen(new Set()) : everythingOpen}
        >
          {open.size > 0 ? texts.closeAll : texts.openAll}
        </Button>
      </div>
      {rows.length === 0 && (
        <p className={classes.nothing}>{needle === '' ? texts.nothingTicked : texts.nothingFound(needle)}</p>
      )}
      <div
        ref={scroller}
        role="tree"
        aria-label={texts.treeLabel}
        aria-multiselectable
        aria-activedescendant={rows[activeIndex] ? `${treeId}-${rows[activeIndex].node.id}` : undefined}
        tabIndex={0}
        hidden={rows.length === 0}
        className={classes.tree}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div role="none" style={{ height: virtualizer.getTotalSize() }} className={classes.runway}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <Row
                  key={item.key}
                  id={`${treeId}-${row.node.id}`}
                  row={row}
                  index={item.index}
                  top={item.start}
                  active={item.index === activeIndex}
                  state={tickOf(row.node, preview, draft)}
                  reason={preview.decisions.get(row.node.id)?.reason}
                  readOnly={!onChange}
                  status={
                    'slug' in row.node.record && row.node.kind === 'workspace'
                      ? statusOf(row.node.record.uuid)
                      : null
                  }
                  now={now}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  id: string;
  row: TreeRow;
  index: number;
  /** Pixels from the top of the runway. */
  top: number;
  active: boolean;
  state: 'on' | 'off' | 'mixed';
  reason: string | undefined;
  readOnly: boolean;
  status: React.ReactNode;
  now: Date;
}

const icons = { workspace: IconBuilding, project: IconFolder, repository: IconGitBranch };

function Row({ id, row, index, top, active, state, reason, readOnly, status, now }: RowProps) {
  const { node, level, open } = row;
  const Icon = icons[node.kind];
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and points at its active row.
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-expanded={open}
      aria-checked={state === 'mixed' ? 'mixed' : state === 'on'}
      aria-disabled={readOnly || undefined}
      data-index={index}
      data-active={active || undefined}
      data-off={state === 'off' || undefined}
      data-kind={node.kind}
      data-level={level}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span className={classes.arrow} data-open={open || undefined}>
        {open !== undefined && <IconChevronRight size={14} />}
      </span>
      <span className={classes.hit} data-part="box">
        <span className={classes.box} data-state={state}>
          {state === 'on' && <IconCheck size={12} stroke={3.5} />}
          {state === 'mixed' && <IconMinus size={12} stroke={3.5} />}
        </span>
      </span>
      <Icon size={16} className={classes.icon} />
      <span className={classes.label}>{node.label}</span>
      {'private' in node.record && node.record.private && node.kind === 'repository' && (
        <IconLock size={13} className={classes.icon} aria-label="private" />
      )}
      <span className={classes.detail}>{detailOf(node, state, reason, now)}</span>
      {status !== null && <span className={classes.status}>{status}</span>}
    </div>
  );
}

function detailOf(node: TreeNode, state: RowProps['state'], reason: string | undefined, now: Date): string {
  if (node.kind === 'workspace') {
    const projects = node.children.filter(isBranch);
    const repositories =
      node.children.length - projects.length + projects.reduce((sum, p) => sum + p.children.length, 0);
    return `${count(projects.length, 'project', 'projects')}, ${count(repositories, 'repository', 'repositories')}`;
  }
  if (node.kind === 'project' && 'key' in node.record) return `${node.record.key}, ${node.children.length}`;
  if (!('fullName' in node.record)) return '';
  const changed = relativeTime(new Date(node.record.updatedAt), now);
  return state === 'off' && reason && reason !== 'Not chosen' ? `${reason} · ${changed}` : changed;
}

export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

function isBranch(node: TreeNode): boolean {
  return node.kind !== 'repository';
}
