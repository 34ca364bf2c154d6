import type { CredentialTestStep, RegistryValidation } from '@lockkeeper/contract';
import { oauthErrorCodes } from '@lockkeeper/oauth';
import { providerOf, redirectUrlOf, type StoredRegistry } from '../applications/application-registry.ts';
import { askRemedies } from '../applications/ask-explanations.ts';
import { isAskedAnew } from '../applications/token-ask.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import { explainOAuthError } from './callback-explanations.ts';
import { isRefreshable, isUsable, type StoredToken, type TokenProblem } from './token.ts';
import { readableTime, tokenView } from './token-view.ts';

/** What a check is about. */
export interface CheckedCredential {
  readonly credential: CredentialRecord;
  readonly registry: StoredRegistry;
  readonly token: StoredToken | undefined;
  readonly publicUrl: URL;
  readonly now: Date;
}

const nothingAsked = { remedy: [], link: null, answer: null, answeredAt: null };

export function checkRegistry({ credential, registry }: CheckedCredential): CredentialTestStep {
  const base = { ...nothingAsked, step: 'registry', title: 'The records are active' } as const;
  if (!credential.active) {
    return {
      ...base,
      result: 'failed',
      explanation: `The credential ${credential.name} is not active, so nothing may use it.`,
      remedy: ['On the credential, tick **Active** and Save.'],
    };
  }
  if (!registry.active) {
    return {
      ...base,
      result: 'failed',
      explanation: `The Application Registry ${registry.name} is not active, so none of its credentials may be used.`,
      remedy: ['On the Application Registry, tick **Active** and Save.'],
      link: registryLink(registry),
    };
  }
  return {
    ...base,
    result: 'passed',
    explanation: `The credential and the Application Registry ${registry.name} are active.`,
  };
}

/** Whether the provider knows the client: asked, or judged by the last answer where asking may harm. */
export function checkClientOf(
  checked: CheckedCredential,
  validation: RegistryValidation | undefined,
): CredentialTestStep {
  const { credential, registry, token } = checked;
  const needsNobody = isAskedAnew(credential.profile.grantType);
  const provider = providerOf(registry);
  const { shortName, words } = provider;
  const base = {
    ...nothingAsked,
    step: 'client',
    title: needsNobody ? `${shortName} issues tokens to the client` : `${shortName} accepts the client`,
    link: registryLink(registry),
  } as const;
  if (validation !== undefined) {
    const results = {
      client_accepted: 'passed',
      client_refused: 'failed',
      grant_refused: 'failed',
      inconclusive: 'warning',
      unreachable: 'failed',
    } as const;
    return {
      ...base,
      result: results[validation.outcome],
      explanation: validation.message,
      remedy: validation.remedy,
      answer: validation.answer,
      answeredAt: validation.checkedAt,
    };
  }
  if (token?.problem?.code === 'oauth.client_refused') {
    return { ...base, ...explained(token.problem, checked), result: 'failed' };
  }
  const acceptedAt = token?.lastRefreshAt ?? token?.issuedAt;
  const how = needsNobody ? 'for a test' : 'with a dummy code';
  const why = `${shortName} is not asked ${how}, because a refused request was seen to lock a client for minutes.`;
  if (acceptedAt !== undefined && acceptedAt.toISOString() >= (registry.clientSecretStoredAt ?? '')) {
    const proof = `With the last token, at ${readableTime(acceptedAt)} UTC, it accepted ${words.clientId} and ${words.clientSecret}.`;
    return {
      ...base,
      result: 'passed',
      explanation: `${proof} ${why}`,
      answeredAt: acceptedAt.toISOString(),
    };
  }
  return {
    ...base,
    result: 'not_checked',
    explanation: why,
    remedy: [
      'To ask all the same, choose **Validate** on the Application Registry, or **Get OAuth Token** here.',
    ],
  };
}

export function checkToken({ credential, registry, token, now }: CheckedCredential): CredentialTestStep {
  const getToken = remedyOf(credential);
  const provider = providerOf(registry);
  const view = tokenView(token, provider, now);
  const base = {
    ...nothingAsked,
    step: 'token',
    title: 'There is a token that may be used',
    explanation: view.message,
  } as const;
  if (token === undefined || token.state === 'revoked') {
    return { ...base, result: 'failed', remedy: getToken };
  }
  if (token.state === 'needs_authorization') {
    const problem = token.problem;
    return {
      ...base,
      result: 'failed',
      explanation: problem === undefined ? view.message : `${view.message} ${problem.detail}`,
      remedy: getToken,
      answer: problem?.answer ?? null,
      answeredAt: problem?.at ?? null,
    };
  }
  const missing = view.permissions.filter(({ granted }) => !granted);
  if (!isUsable(token, now)) {
    const isRenewed = isRefreshable(token);
    return { ...base, result: isRenewed ? 'warning' : 'failed', remedy: isRenewed ? [] : getToken };
  }
  if (missing.length === 0) return { ...base, result: 'passed' };
  return {
    ...base,
    result: 'warning',
    explanation: `${view.message} ${missing.map(({ label }) => `**${label}**`).join(', ')} ${missing.length === 1 ? 'was' : 'were'} not granted.`,
    remedy: missing.flatMap(({ remedy }) => remedy ?? []),
  };
}

/** Whether it can be renewed, as far as can be known without doing it. */
export function checkRefresh(checked: CheckedCredential): CredentialTestStep {
  const { credential, registry, token, now } = checked;
  const { shortName } = providerOf(registry);
  const base = { ...nothingAsked, step: 'refresh', title: 'The token can be refreshed' } as const;
  if (token === undefined || token.state === 'revoked' || token.state === 'needs_authorization') {
    const explanation = isAskedAnew(credential.profile.grantType)
      ? 'There is no token yet that could be renewed.'
      : 'There is nothing to refresh with.';
    return { ...base, result: 'failed', explanation, remedy: remedyOf(credential) };
  }
  if (!isRefreshable(token)) {
    return {
      ...base,
      result: 'warning',
      explanation: `${shortName} issued no refresh token: when the access token ends, somebody has to consent again.`,
      remedy: [
        'Where the provider asks for a scope to issue one (such as **offline_access**), add it to the profile.',
      ],
    };
  }
  if (token.problem !== undefined) {
    const retry =
      token.retryAt === undefined ? '' : ` It is tried again at ${readableTime(token.retryAt)} UTC.`;
    const { explanation, ...facts } = explained(token.problem, checked);
    return { ...base, ...facts, result: 'failed', explanation: `${explanation}${retry}` };
  }
  const end = token.refreshTokenExpiresAt;
  if (end !== undefined && end <= now) {
    return {
      ...base,
      result: 'warning',
      explanation: `The refresh token should have ended at ${readableTime(end)} UTC. The next refresh tells.`,
    };
  }
  const last =
    token.lastRefreshAt === undefined
      ? 'It was not refreshed yet.'
      : `It was refreshed last at ${readableTime(token.lastRefreshAt)} UTC.`;
  const until =
    end === undefined ? '' : ` Unused, what it is refreshed with ends at ${readableTime(end)} UTC.`;
  return { ...base, result: 'passed', explanation: `${last}${until}` };
}

/** A failure as it is stored with the token, in the words of the page after **Get OAuth Token**. */
function explained(
  problem: TokenProblem,
  { credential, registry, publicUrl }: CheckedCredential,
): Pick<CredentialTestStep, 'explanation' | 'remedy' | 'link' | 'answer' | 'answeredAt'> {
  const facts = { answer: problem.answer ?? null, answeredAt: problem.at };
  const code = oauthErrorCodes.find((known) => problem.code === `oauth.${known}`);
  if (code === undefined) return { ...facts, explanation: problem.detail, remedy: [], link: null };
  if (isAskedAnew(credential.profile.grantType)) {
    const remedy = askRemedies(code, registry, credential.profile, publicUrl);
    return { ...facts, explanation: problem.detail, remedy, link: registryLink(registry) };
  }
  const context = {
    provider: providerOf(registry),
    registry,
    redirectUri: redirectUrlOf(registry, publicUrl),
    // The answer stands beside the explanation, to the letter.
    itSays: '',
    occasion: 'test',
    reason: problem.detail.replaceAll(/[*`[\]]/g, ''),
  } as const;
  const { title, lead, steps, link } = explainOAuthError(code, context);
  return {
    ...facts,
    explanation: `${title}. ${forRecord(lead)}`,
    remedy: steps.map(forRecord),
    link: link ?? { label: `Open ${credential.name}`, path: `/credentials/${credential.id}` },
  };
}

function remedyOf({ profile }: CredentialRecord): string[] {
  return isAskedAnew(profile.grantType)
    ? ['On the credential, choose **Get OAuth Token**. Nobody has to consent.']
    : ['On the credential, choose **Get OAuth Token** and grant access.'];
}

function registryLink({ id }: StoredRegistry) {
  return { label: 'Open the Application Registry', path: `/application-registries/${id}` };
}

/** Labels stay marked; the rest of the mark-up of that page is not for records. */
function forRecord(text: string): string {
  return text.replaceAll('`', '').replaceAll(/\[([^\][]+)\]\([^)]*\)/g, '$1');
}
