import type { TokenRequestRecord } from '../oauth/token-endpoint.ts';

const KEPT = 20_000;

export interface RequestRecord {
  readonly at: Date;
  readonly method: string;
  /** With the query; it holds no token, for the API takes none there. */
  readonly url: string;
  /** 0: the connection was dropped. */
  readonly status: number;
}

/** What happened, for tests: the last 20,000 of each. */
export interface Inspection {
  requests(): readonly RequestRecord[];
  /** Those of `/2.0/…` alone. */
  apiRequests(): readonly RequestRecord[];
  tokenRequests(): readonly TokenRequestRecord[];
  clear(): void;
}

export interface Recorder extends Inspection {
  recordRequest(record: RequestRecord): void;
  recordTokenRequest(record: TokenRequestRecord): void;
}

export function createRecorder(): Recorder {
  let requests: RequestRecord[] = [];
  let tokenRequests: TokenRequestRecord[] = [];
  return {
    requests: () => requests,
    apiRequests: () => requests.filter((request) => request.url.startsWith('/2.0/')),
    tokenRequests: () => tokenRequests,
    clear: () => {
      requests = [];
      tokenRequests = [];
    },
    recordRequest: (record) => {
      requests.push(record);
      if (requests.length > 2 * KEPT) requests = requests.slice(-KEPT);
    },
    recordTokenRequest: (record) => {
      tokenRequests.push(record);
      if (tokenRequests.length > 2 * KEPT) tokenRequests = tokenRequests.slice(-KEPT);
    },
  };
}
