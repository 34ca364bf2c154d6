import type { OAuthError } from '@lockkeeper/oauth';
import { foreignText } from '@lockkeeper/oauth';
import { providerOf, type StoredRegistry } from '../applications/application-registry.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import { type CallbackRefusal, explainOAuthError, refusalExplanations } from './callback-explanations.ts';
import type { CallbackPage } from './callback-page.ts';
import type { StoredToken } from './token.ts';
import { readableTime, tokenView } from './token-view.ts';

/** A page of which nothing has to be stored: its id says it all. */
export function anonymousResult(code: CallbackRefusal, requestId: string): string {
  return `${code}.${requestId}`;
}

export function anonymousPage(code: string, requestId: string): CallbackPage {
  const explanation = Object.entries(refusalExplanations).find(([key]) => key === code)?.[1];
  const { title, lead, steps, link } = explanation ?? refusalExplanations.state_unknown;
  return {
    kind: 'failure',
    status: 400,
    title,
    lead,
    facts: [],
    steps,
    unchanged: 'No token request was sent, and every credential keeps the token it had.',
    links: [link ?? { label: 'Open Credentials', path: '/credentials' }],
    code: `oauth.${code}`,
    requestId,
  };
}

/** A refusal that the one who began may see in the light of the credential. */
export function refusalPage(
  refusal: CallbackRefusal,
  requestId: string,
  credential: CredentialRecord,
  token: StoredToken | undefined,
  now: Date,
): CallbackPage {
  const unchanged = `${keeps(credential, token, now)} No token request was sent.`;
  return { ...anonymousPage(refusal, requestId), unchanged, links: [backTo(credential)] };
}

export interface FailedFlow {
  redirectUri: string;
  credential: CredentialRecord;
  registry: StoredRegistry;
  /** What the credential has, as before. */
  token: StoredToken | undefined;
  requestId: string;
}

export function errorPage(error: OAuthError, flow: FailedFlow, now: Date): CallbackPage {
  const { redirectUri, credential, registry, token, requestId } = flow;
  const said = error.providerDescription ?? error.providerError;
  const itSays = said === undefined ? '' : ` It says: "${neutral(said)}"`;
  const reason = neutral(error.message);
  const context = { provider: providerOf(registry), registry, redirectUri, itSays, reason };
  const { title, lead, steps, link } = explainOAuthError(error.code, context);
  const wasSent = error.httpStatus !== undefined || error.outcomeUnknown;
  const codeFate = wasSent ? 'The code was used up and cannot be replayed.' : 'No token was requested.';
  return {
    kind: 'failure',
    status: 400,
    title,
    lead,
    facts: [],
    steps,
    unchanged: `${keeps(credential, token, now)} ${codeFate}`,
    links: [...(link ? [link] : []), backTo(credential)],
    code: `oauth.${error.code}`,
    requestId,
  };
}

export function successPage(
  token: StoredToken,
  credential: CredentialRecord,
  registry: StoredRegistry,
  requestId: string,
  now: Date,
): CallbackPage {
  const view = tokenView(token, providerOf(registry), now);
  const renewed = view.hasRefreshToken
    ? ', renewed by itself'
    : '; the provider sent nothing to renew it with';
  const granted = view.permissions.filter((permission) => permission.granted).length;
  const missing = view.permissions.filter((permission) => !permission.granted);
  return {
    kind: 'success',
    status: 200,
    title: 'OAuth token flow completed successfully',
    lead: `${neutral(credential.name)} has a token. You can close this window; the record behind it has been updated.`,
    facts: [
      ...(token.expiresAt
        ? [{ label: 'Access token', value: `until ${readableTime(token.expiresAt)} UTC${renewed}` }]
        : []),
      ...(view.permissions.length > 0
        ? [{ label: 'Permissions', value: `${granted} of ${view.permissions.length}` }]
        : []),
    ],
    steps: missing.map(({ label, remedy }) => `**${label}** was not granted. ${remedy ?? ''}`),
    unchanged: null,
    links: [{ label: `Back to ${credential.name}`, path: `/credentials/${credential.id}` }],
    code: null,
    requestId,
  };
}

function keeps(credential: CredentialRecord, token: StoredToken | undefined, now: Date): string {
  const name = neutral(credential.name);
  if (!token?.accessToken || !token.expiresAt) return `${name} still has no token.`;
  const isOver = token.expiresAt <= now;
  return isOver
    ? `${name} keeps the token it had.`
    : `${name} keeps the token it had, available until ${readableTime(token.expiresAt)} UTC.`;
}

function backTo(credential: CredentialRecord) {
  return { label: 'Back to the credential', path: `/credentials/${credential.id}` };
}

/** Names and foreign words must not turn into our mark-up. */
function neutral(text: string): string {
  return (foreignText(text) ?? '').replaceAll(/[*`[\]]/g, '');
}

/** Without mark-up, for the API. */
export function plain(text: string): string {
  return text.replaceAll(/\*\*|`/g, '').replaceAll(/\[([^\][]+)\]\([^)]*\)/g, '$1');
}
