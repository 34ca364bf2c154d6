import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { type MidStream, type OpenRest, type StreamError, targetOf } from '@lockkeeper/contract/mid';
import type { Dispatcher } from 'undici';
import type { AllowList } from './allow-list.ts';
import type { Grant, Grants } from './grants.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { mayCallOrigin } from './outbound.ts';

export interface RestJobOptions {
  readonly grants: Grants;
  readonly dispatcher: Dispatcher;
  readonly allowList: AllowList;
  readonly plainHttpOrigins: readonly string[];
}

const MAX_REDIRECTS = 5;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

const refusal = (code: StreamError['code'], message: string): StreamError => ({
  code,
  message,
  started: false,
});

/** Makes one call to a tool: adds the origin's token, streams both bodies, stops when the caller does. */
export async function runRestJob(stream: MidStream, open: OpenRest, options: RestJobOptions): Promise<void> {
  const target = targetOf(open.origin, open.path, open.query);
  if ('refused' in target) return stream.fail(refusal('target_refused', target.refused));
  if (!mayCallOrigin(open.origin, options.plainHttpOrigins)) {
    return stream.fail(refusal('target_refused', 'This MID Server calls other machines with TLS only'));
  }
  if (!options.allowList.call(open)) {
    return stream.fail(
      refusal('not_allowed', `The allow-list of this MID Server does not permit ${open.method} there`),
    );
  }
  const grant = await options.grants.find(open.grantId);
  if (grant === undefined)
    return stream.fail(refusal('grant_unknown', 'The token for this call is not held here'));
  if (grant.origin !== open.origin) {
    return stream.fail(refusal('target_refused', 'The token of this call is for another origin'));
  }
  if (stream.failure === undefined) send(stream, open, target.url, grant, options, MAX_REDIRECTS);
}

function send(
  stream: MidStream,
  open: OpenRest,
  url: URL,
  grant: Grant,
  options: RestJobOptions,
  redirectsLeft: number,
): void {
  const hasBody = stream.hasBody;
  const startedAt = performance.now();
  let started = false;
  let redirect: URL | undefined;
  let hasHead = false;
  const request: Dispatcher.DispatchOptions = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: open.method,
    headers: { ...requestHeaders(open.headers), authorization: grant.authorization.reveal() },
    body: hasBody ? Readable.from(stream.body(), { objectMode: false }) : null,
    headersTimeout: open.timeoutMs,
    bodyTimeout: open.timeoutMs,
  };
  options.dispatcher.dispatch(request, {
    onRequestStart(controller) {
      started = true;
      stream.onGone((failure) => controller.abort(failure));
    },
    onResponseStart(_controller, status, headers) {
      if (status < 200) return;
      redirect =
        hasBody || redirectsLeft === 0 ? undefined : sameOriginRedirect(url, open.method, status, headers);
      const allowed =
        redirect === undefined ||
        options.allowList.call({ ...open, origin: redirect.origin, path: redirect.pathname });
      if (!allowed) redirect = undefined;
      if (redirect !== undefined) return;
      hasHead = true;
      const upstreamMs = performance.now() - startedAt;
      stream.sendHead({ status, headers: responseHeaders(headers), upstreamMs }, false);
    },
    onResponseData(controller, chunk) {
      if (redirect !== undefined || stream.write(chunk)) return;
      controller.pause();
      stream.onWritable(() => controller.resume());
    },
    onResponseEnd() {
      if (redirect === undefined) stream.end();
      else send(stream, open, redirect, grant, options, redirectsLeft - 1);
    },
    onResponseError(_controller, error) {
      stream.fail(upstreamError(error, url, started, hasHead));
    },
  });
}

/** Another host never sees the token: such an answer goes to the caller as it is. */
function sameOriginRedirect(
  url: URL,
  method: string,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): URL | undefined {
  const { location } = headers;
  if (!redirectStatuses.includes(status) || (method !== 'GET' && method !== 'HEAD')) return undefined;
  if (typeof location !== 'string' || !URL.canParse(location, url.href)) return undefined;
  const next = new URL(location, url);
  const target = targetOf(next.origin, next.pathname, next.search.slice(1));
  return 'url' in target && next.origin === url.origin && next.username === '' ? target.url : undefined;
}

function upstreamError(error: Error, url: URL, started: boolean, hasHead: boolean): StreamError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return { code: 'upstream_timeout', message: `${url.host} did not answer in time`, started };
  }
  if (hasHead || started) {
    return { code: 'upstream_broken', message: `${url.host} broke the connection off (${code})`, started };
  }
  return { code: 'upstream_unreachable', message: `${url.host} cannot be reached (${code})`, started };
}
