import type { OAuthErrorCode, OAuthProvider } from '@lockkeeper/oauth';
import type { StoredRegistry } from '../applications/application-registry.ts';

/** Why a callback was turned away before the provider's answer was looked at. */
export type CallbackRefusal =
  | 'state_missing'
  | 'state_unknown'
  | 'state_expired'
  | 'session_missing'
  | 'session_mismatch'
  | 'role_missing'
  | 'redirect_mismatch'
  | 'registry_changed'
  | 'internal';

export type CallbackFailureCode = CallbackRefusal | OAuthErrorCode;

export interface FailureContext {
  provider: OAuthProvider;
  registry: Pick<StoredRegistry, 'id' | 'name' | 'clientId' | 'tokenUrl'>;
  redirectUri: string;
  /** What the provider says itself, as the end of a sentence; empty when it says nothing. */
  itSays: string;
  /** What was tried: a consent in the browser when left out, else **Test credential** or a refresh. */
  occasion?: 'consent' | 'test';
  /** What went wrong on the way, in our own words. */
  reason?: string;
}

export interface Explanation {
  title: string;
  lead: string;
  steps: string[];
  /** A button that leads to the place of the change. */
  link?: { label: string; path: string };
}

const consentAgain = 'On the credential, choose **Get OAuth Token** again.';
const testAgain = 'On the credential, choose **Test credential** again.';

/** Refusals of which nothing may be told but what the browser itself has done. */
export const refusalExplanations: Readonly<Record<CallbackRefusal, Explanation>> = {
  state_missing: {
    title: 'This address was opened without a consent',
    lead: 'A provider sends a browser here at the end of **Get OAuth Token**. What came now carries no valid state, so it belongs to nothing that was begun here.',
    steps: ['Open the credential.', 'Choose **Get OAuth Token**.'],
  },
  state_unknown: {
    title: 'This consent is unknown or was used already',
    lead: 'Each **Get OAuth Token** can be answered once. This answer was given before, or it does not belong to anything that was begun here.',
    steps: ['Close this window.', 'Look at the credential: the first answer may have worked.', consentAgain],
  },
  state_expired: {
    title: 'The consent came too late',
    lead: 'An answer is accepted for 10 minutes after **Get OAuth Token** was chosen. This one took longer.',
    steps: [consentAgain, 'Grant access within 10 minutes.'],
  },
  session_missing: {
    title: 'Nobody is signed in here',
    lead: 'The answer of the provider is accepted only in the browser in which **Get OAuth Token** was chosen, while the same person is signed in.',
    steps: ['Sign in.', consentAgain],
    link: { label: 'Sign in', path: '/sign-in' },
  },
  session_mismatch: {
    title: 'This consent was begun in another browser session',
    lead: 'Somebody may have sent you a link that was made for them. Had it been accepted, your access would have ended up in their credential.',
    steps: [
      'If somebody sent you here, tell your administrator.',
      'If you signed out and in again in between: on the credential, choose **Get OAuth Token** again.',
    ],
  },
  role_missing: {
    title: 'Only an administrator can complete this',
    lead: 'Your role changed while the consent was under way.',
    steps: ['Ask an administrator to choose **Get OAuth Token**.'],
  },
  redirect_mismatch: {
    title: 'The answer came to the wrong Redirect URL',
    lead: 'It was begun with one Application Registry and came back to the address of another. That happens when one provider is made to answer in the name of another, so it was dropped.',
    steps: [
      'Compare the **Redirect URL** of the Application Registry with the one at the provider.',
      consentAgain,
    ],
  },
  registry_changed: {
    title: 'The Application Registry was changed meanwhile',
    lead: 'The consent was begun with other settings than the ones that are saved now, so its code was not sent anywhere.',
    steps: [consentAgain],
  },
  internal: {
    title: 'Something went wrong on the server',
    lead: 'The consent could not be completed, through no fault of the provider or of yours.',
    steps: [
      consentAgain,
      'If it happens again, give the request id below to your administrator: the log names the cause.',
    ],
  },
};

/** What the provider refused, or failed to do, in words that name the exact change. */
export function explainOAuthError(code: OAuthErrorCode, context: FailureContext): Explanation {
  const { provider, registry, redirectUri, itSays, reason = '' } = context;
  const { words, shortName: name } = provider;
  const isTest = context.occasion === 'test';
  const again = isTest ? testAgain : consentAgain;
  const registryLink = `[${registry.name}](/application-registries/${registry.id})`;
  const place = words.path.map((part) => `**${part}**`).join(' > ');
  const inPlace =
    place === ''
      ? `At the provider, open the ${words.application} whose ${words.clientId} is \`${shortened(registry.clientId)}\`.`
      : `In ${name}, open ${place} and the ${words.application} whose ${words.clientId} is \`${shortened(registry.clientId)}\`.`;
  const openRegistry = {
    label: 'Open the Application Registry',
    path: `/application-registries/${registry.id}`,
  };
  const waitAndRepeat = ['Wait a minute.', again];
  switch (code) {
    case 'consent_declined':
      return {
        title: 'Consent was declined',
        lead: `${name} reports that access was not granted.`,
        steps: [
          'If that was not meant: on the credential, choose **Get OAuth Token** again, and grant access.',
        ],
      };
    case 'application_private':
      return {
        title: `The ${words.application} is private`,
        lead: `${name} lets only members of its own workspace grant access to it.${itSays}`,
        steps: [inPlace, `Untick **${words.privateSwitch ?? 'private'}** and save.`, again],
      };
    case 'client_unknown':
      return {
        title: `${name} does not know the Client ID`,
        lead: `There is no ${words.application} with the ${words.clientId} \`${shortened(registry.clientId)}\`.`,
        steps: [
          `Copy the **${words.clientId}** of the ${words.application}.`,
          `In ${registryLink}, change **Client ID** and Save.`,
          again,
        ],
        link: openRegistry,
      };
    case 'client_refused':
      return {
        title: `${name} refused the client secret`,
        lead: isTest
          ? `${name} answered that ${words.clientId} and ${words.clientSecret} do not belong together.${itSays}`
          : `You consented, and ${name} sent a code. When the instance exchanged it, ${name} answered that ${words.clientId} and ${words.clientSecret} do not belong together.`,
        steps: [
          inPlace,
          `Copy its **${words.clientSecret}**.`,
          `In ${registryLink}, replace **Client Secret** and Save.`,
          again,
        ],
        link: { ...openRegistry, label: 'Replace Client Secret' },
      };
    case 'redirect_uri_mismatch':
      return {
        title: `The ${words.callbackUrl} differs`,
        lead: `${name} does not accept the Redirect URL of this instance.${itSays}`,
        steps: [inPlace, `Set its **${words.callbackUrl}** to \`${redirectUri}\` and save.`, again],
      };
    case 'invalid_grant':
      if (isTest) {
        return {
          title: `${name} refused the refresh token`,
          lead: `The grant behind it has ended: it was withdrawn, was not used for too long, or its refresh token was used twice.${itSays}`,
          steps: [consentAgain],
        };
      }
      return {
        title: `${name} refused the code`,
        lead: `The code that ${name} had sent was not accepted in exchange for a token: it had expired, or had been used.${itSays}`,
        steps: [again, 'If it happens again, compare the clocks of this machine and of the provider.'],
      };
    case 'invalid_scope':
      return {
        title: `${name} does not grant a scope that was asked for`,
        lead: `One of the scopes of the OAuth Entity Profile is unknown there, or not allowed.${itSays}`,
        steps: [
          `In ${registryLink}, open the profile and compare its scopes with those of the ${words.application}.`,
          again,
        ],
        link: openRegistry,
      };
    case 'invalid_target':
      return {
        title: `${name} does not know a resource that was asked for`,
        lead: `One of the resources of the OAuth Entity Profile is unknown there, or not allowed.${itSays}`,
        steps: [
          `In ${registryLink}, open the profile and compare its resources with those of the ${words.application}.`,
          again,
        ],
        link: openRegistry,
      };
    case 'grant_not_allowed':
      return {
        title: `${name} does not allow this grant type`,
        lead: `The ${words.application} may not use Authorization Code.${itSays}`,
        steps: [inPlace, 'Allow the authorization code grant.', again],
      };
    case 'issuer_mismatch':
    case 'issuer_missing':
      return {
        title: 'The answer came from another provider',
        lead: `It does not name the issuer that belongs to ${registryLink}. Its code was not sent anywhere.`,
        steps: [
          `In ${registryLink}, compare **Authorization URL** and **Issuer** with the provider's documentation.`,
          again,
        ],
        link: openRegistry,
      };
    case 'callback_duplicate_parameter':
    case 'callback_code_and_error':
    case 'callback_code_missing':
      return {
        title: `The answer of ${name} contradicts itself`,
        lead: 'It names something twice, or holds a code and an error at once, or neither. It was not used.',
        steps: [again, 'If it happens again, check what lies between the browser and the provider.'],
      };
    case 'rate_limited':
      return {
        title: `${name} asks for fewer requests`,
        lead: `Its limit has been reached.${itSays}`,
        steps: waitAndRepeat,
      };
    case 'provider_unavailable':
      return {
        title: `${name} is not available`,
        lead: `It answered with an error of its own.${itSays}`,
        steps: waitAndRepeat,
      };
    case 'timeout':
      return {
        title: `${name} did not answer in time`,
        lead: isTest ? 'The request was given up.' : 'The exchange of the code for a token was given up.',
        steps: waitAndRepeat,
      };
    case 'unreachable':
      return {
        title: `${name} cannot be reached from this instance`,
        lead: `${isTest ? 'T' : 'Your browser reached it, but t'}he instance could not connect to \`${registry.tokenUrl}\`.`,
        steps: [
          `In ${registryLink}, check the **Token URL**.`,
          'Allow the instance to reach that address through your network.',
          again,
        ],
        link: openRegistry,
      };
    case 'address_blocked':
      return {
        title: 'The Token URL may not be called',
        lead: `\`${registry.tokenUrl}\` is no address of the public internet.`,
        steps: [
          `In ${registryLink}, correct the **Token URL**, or list its origin in \`LOCKKEEPER_ALLOW_ORIGINS\`.`,
          again,
        ],
        link: openRegistry,
      };
    case 'mid_server_unavailable':
      return {
        title: 'No MID Server can connect to the auth server',
        lead: isTest ? reason : `You consented, but the code could not be exchanged: ${reason}`,
        steps: [
          'Look at [MID Servers](/mid-servers): one to which the credential applies must be Up and Validated.',
          'Or untick **Connect to Auth Server via MID Server** on the credential, if the instance itself can reach the Token URL.',
          again,
        ],
        link: { label: 'Open MID Servers', path: '/mid-servers' },
      };
    case 'mid_server_refused':
    case 'mid_server_unreachable':
      return {
        title: `${name} cannot be reached through a MID Server`,
        lead: isTest
          ? reason
          : `Your browser reached it, but the code could not be exchanged for a token: ${reason}`,
        steps: [
          `In ${registryLink}, check the **Token URL**.`,
          'Allow the host of the MID Server to reach that address, in its network and in its allow-list.',
          again,
        ],
        link: openRegistry,
      };
    case 'mid_server_lost':
      return {
        title: 'The MID Server was lost',
        lead: isTest ? reason : `The code was on its way when it happened: ${reason}`,
        steps: [again],
      };
    case 'redirected':
    case 'answer_not_json':
    case 'answer_too_large':
    case 'answer_incomplete':
    case 'answer_invalid':
    case 'token_type_unsupported':
      return {
        title: 'What came back is no token',
        lead: `\`${registry.tokenUrl}\` answered ${isTest ? 'the request' : 'the exchange'} with something else (${code}).`,
        steps: [`In ${registryLink}, check that the **Token URL** is the provider's token endpoint.`, again],
        link: openRegistry,
      };
    case 'authorization_refused':
    case 'request_refused':
      return {
        title: `${name} refused the request`,
        lead: `It gives no reason that is known here.${itSays}`,
        steps: [inPlace, 'Compare it with the Application Registry.', again],
        link: openRegistry,
      };
  }
}

/** Enough to recognise it. */
function shortened(clientId: string): string {
  return clientId.length <= 14 ? clientId : `${clientId.slice(0, 8)}…${clientId.slice(-2)}`;
}
