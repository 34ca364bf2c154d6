import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export interface EventReceiver {
  readonly origin: string;
  /** In order of arrival. */
  readonly received: Received[];
  /** What came with this type. */
  ofType(type: string): Received[];
  /** How requests are answered from now on; 204 at first. */
  answer(how: Answer): void;
}

export function answering(status: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** A customer's own program that is told events, for one test. */
export async function useEventReceiver(): Promise<EventReceiver> {
  const receiver = await startEventReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

/** The same for as long as one likes. */
export async function startEventReceiver(): Promise<EventReceiver & { close(): void }> {
  const received: Received[] = [];
  let how: Answer = answering(204);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { path: request.url ?? '', headers: request.headers, body };
    received.push(one);
    how(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    ofType: (type) => received.filter(({ body }) => JSON.parse(body).type === type),
    answer: (next) => {
      how = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
