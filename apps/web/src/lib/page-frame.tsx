import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { remember, useStoredLinks } from './stored-links.ts';

export interface Crumb {
  label: string;
  /** Absent for a group of modules, which has no page. */
  href?: string;
}

export interface PageFrame {
  /** From the outermost to the parent of this page. */
  crumbs: readonly Crumb[];
  title: string;
  /** What a record is, such as "Credential"; a page with it is kept under Recent. */
  recordKind?: string;
}

interface FrameStore {
  frame: PageFrame;
  setFrame: (frame: PageFrame) => void;
}

const FrameContext = createContext<FrameStore>({ frame: { crumbs: [], title: '' }, setFrame: () => {} });

/** Lets a page tell the shell its title and breadcrumbs. */
export function PageFrameProvider({ children }: { children: ReactNode }) {
  const [frame, setFrame] = useState<PageFrame>({ crumbs: [], title: '' });
  const store = useMemo(() => ({ frame, setFrame }), [frame]);
  return <FrameContext value={store}>{children}</FrameContext>;
}

export function useCurrentFrame(): PageFrame {
  return useContext(FrameContext).frame;
}

/** Called once by every page: sets the document's title, the breadcrumbs, and remembers records under Recent. */
export function usePageFrame({ crumbs, title, recordKind }: PageFrame): void {
  const { setFrame } = useContext(FrameContext);
  const [, setRecent] = useStoredLinks('recent');
  const trail = JSON.stringify(crumbs);
  useEffect(() => {
    const parsed: Crumb[] = JSON.parse(trail);
    setFrame({ crumbs: parsed, title, ...(recordKind === undefined ? {} : { recordKind }) });
    document.title = title === '' ? 'Lockkeeper' : `${title} · Lockkeeper`;
    if (recordKind === undefined || title === '') return;
    const link = { href: window.location.pathname, label: title, kind: recordKind };
    setRecent((links) => remember(links, link));
  }, [trail, title, recordKind, setFrame, setRecent]);
}
