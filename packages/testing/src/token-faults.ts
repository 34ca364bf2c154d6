import type { IncomingMessage, ServerResponse } from 'node:http';

export interface TokenFault {
  /** Answer with this instead of doing the work. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Drop the connection before the work, or do the work and drop the connection instead of answering. */
  hangup?: 'before' | 'after';
}

/** Counts the requests to a token endpoint, and lets the next of them fail. */
export class TokenFaults {
  #planned: TokenFault[] = [];
  #requests = 0;

  get requests(): number {
    return this.#requests;
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
    if (fault?.hangup === 'before') {
      request.socket.destroy();
    } else if (fault?.status !== undefined) {
      const headers = { 'content-type': 'application/json', ...fault.headers };
      response.writeHead(fault.status, headers).end(JSON.stringify(fault.body ?? {}));
    } else {
      if (fault?.hangup === 'after') dropAnswer(request, response);
      work();
    }
  }
}

/** The work is done, and nothing of its answer leaves. */
function dropAnswer(request: IncomingMessage, response: ServerResponse): void {
  const drop = () => {
    request.socket.destroy();
    return response;
  };
  response.writeHead = drop;
  response.write = () => true;
  response.end = drop;
}
