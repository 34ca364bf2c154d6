import { type ServerEvent, serverEvent } from '@lockkeeper/contract';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { readEverythingAgain } from './query.ts';

type Listener = (event: ServerEvent) => void;

interface Live {
  connected: boolean;
  subscribe: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live>({ connected: false, subscribe: () => () => {} });

/** What must be read again after an event. */
export function staleAfter(event: ServerEvent): string[][] {
  switch (event.type) {
    case 'credential.token':
    case 'credential.expires_soon':
      return [['/credentials'], ['/expiries'], ['/tokens'], ['/audit-entries']];
    case 'api-key.expires_soon':
      return [['/api-keys'], ['/expiries'], ['/audit-entries']];
    case 'application-registry.expires_soon':
      return [['/application-registries'], ['/expiries'], ['/audit-entries']];
    case 'credential.canary_used':
      return [['/canary-alarms'], ['/audit-entries']];
    case 'token-revocation.updated':
      return [['/token-revocations'], ['/tokens'], ['/audit-entries']];
    case 'mid-server.updated':
      return [['/mid-servers']];
    case 'event-subscription.updated':
      return [['/event-subscriptions'], ['/event-deliveries'], ['/audit-entries']];
    case 'tool.updated':
      return [['/tools']];
    case 'discovery-run.updated':
      return event.run.finishedAt === null
        ? [['/tools', event.run.toolId]]
        : [['/tools'], ['/workspaces'], ['/projects'], ['/repositories']];
  }
}

/** Many events within it, such as of 1,000 tokens that are revoked, make one reading. */
const COLLECT_MS = 100;

function createRefresher(client: QueryClient): (event: ServerEvent) => void {
  const stale = new Map<string, string[]>();
  const readAgain = () => {
    for (const queryKey of stale.values()) void client.invalidateQueries({ queryKey });
    stale.clear();
  };
  return (event) => {
    if (stale.size === 0) setTimeout(readAgain, COLLECT_MS);
    for (const queryKey of staleAfter(event)) stale.set(queryKey.join(' '), queryKey);
  };
}

const eventTypes = serverEvent.options.map((option) => option.shape.type.value);

/** Holds the page's one connection to /api/v1/events and reads again what the instance says has changed. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const listeners = useRef(new Set<Listener>());
  const [connected, setConnected] = useState(false);

  useEffect(() => {
    const source = new EventSource('/api/v1/events');
    const refresh = createRefresher(client);
    let wasConnected = false;
    source.onopen = () => {
      // What happened while the connection was away was never heard.
      if (wasConnected) void readEverythingAgain(client);
      wasConnected = true;
      setConnected(true);
    };
    source.onerror = () => setConnected(false);
    const onMessage = (message: MessageEvent<string>) => {
      const event = parseEvent(message.data);
      if (event === undefined) return;
      refresh(event);
      for (const listener of listeners.current) listener(event);
    };
    for (const type of eventTypes) source.addEventListener(type, onMessage);
    return () => source.close();
  }, [client]);

  const live = useMemo<Live>(
    () => ({
      connected,
      subscribe: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [connected],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function parseEvent(data: string): ServerEvent | undefined {
  try {
    return serverEvent.parse(JSON.parse(data));
  } catch {
    // An event of a newer instance; the next read tells what it meant.
    return undefined;
  }
}

/** Whether changes arrive by themselves. */
export function useLive(): boolean {
  return useContext(LiveContext).connected;
}

/** Calls back with every event while the component is on screen. */
export function useServerEvents(listener: Listener): void {
  const { subscribe } = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => subscribe((event) => latest.current(event)), [subscribe]);
}
