import type { IncomingMessage, ServerResponse } from 'node:http';

export interface TokenFault {
  /** Answer with this instead of doing the work. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Drop the connection before the work, or do the work and drop the connection instead of answering. */
  hangup?: 'before' | 'after';
  /** Answer that much later. */
  delayMs?: number;
}

/** Counts the requests to a token endpoint, and lets the next of them fail. */
export class TokenFaults {
  #planned: TokenFault[] = [];
  #requests = 0;
  #lostAnswers = 0;
  readonly #counts = new Map<string, number>();

  get requests(): number {
    return this.#requests;
  }

  /** Answers that the work was done for and that were dropped: what was issued with them nobody has. */
  get lostAnswers(): number {
    return this.#lostAnswers;
  }

  /** How many requests met which fault. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  failNext(fault: TokenFault, times = 1): void {
    for (let time = 0; time < times; time++) this.#planned.push(fault);
  }

  clear(): void {
    this.#planned = [];
  }

  around(request: IncomingMessage, response: ServerResponse, work: () => void): void {
    this.#requests++;
    const fault = this.#planned.shift();
    const kind = String(fault?.hangup ?? fault?.status ?? (fault?.delayMs ? 'slow' : 'none'));
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    if (fault?.hangup === 'before') {
      request.socket.destroy();
    } else if (fault?.status !== undefined) {
      const headers = { 'content-type': 'application/json', ...fault.headers };
      response.writeHead(fault.status, headers).end(JSON.stringify(fault.body ?? {}));
    } else {
      if (fault?.hangup === 'after') {
        dropAnswer(request, response, () => {
          if (response.statusCode === 200) this.#lostAnswers++;
        });
      }
      if (fault?.delayMs === undefined) work();
      else setTimeout(work, fault.delayMs);
    }
  }
}

/** The work is done, and nothing of its answer leaves. */
function dropAnswer(request: IncomingMessage, response: ServerResponse, onDrop: () => void): void {
  let isDropped = false;
  const drop = () => {
    if (!isDropped) onDrop();
    isDropped = true;
    request.socket.destroy();
    return response;
  };
  response.writeHead = drop;
  response.write = () => true;
  response.end = drop;
}
