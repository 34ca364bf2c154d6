import type { RegistryValidation } from '@lockkeeper/contract';
import {
  type ClientCheck,
  checkClient,
  type Fetch,
  type OAuthClient,
  type OAuthProvider,
  startExchange,
} from '@lockkeeper/oauth';
import { endpointsOf, providerOf, redirectUrlOf, type StoredRegistry } from './application-registry.ts';
import { providerAnswerOf } from './provider-answer.ts';

/** Somebody waits for the form to be saved. */
const VALIDATION_TIMEOUT_MS = 5_000;

/** Asks the provider whether it knows the client, and says what to change. Never more than a warning. */
export async function validateRegistry(
  registry: StoredRegistry,
  client: OAuthClient,
  { fetch, now, publicUrl }: { fetch: Fetch; now: () => Date; publicUrl: URL },
): Promise<RegistryValidation> {
  const provider = providerOf(registry);
  const exchange = startExchange({ fetch, now, timeoutMs: VALIDATION_TIMEOUT_MS });
  const redirectUri = redirectUrlOf(registry, publicUrl);
  const check = await checkClient(endpointsOf(registry), client, provider, redirectUri, exchange);
  return {
    outcome: check.outcome,
    ...explain(check, provider),
    providerError: check.error?.providerError ?? null,
    answer: check.error === undefined ? null : providerAnswerOf(check.error),
    checkedAt: now().toISOString(),
  };
}

function explain(
  { outcome, error }: ClientCheck,
  provider: OAuthProvider,
): { message: string; remedy: string[] } {
  const { words, shortName } = provider;
  switch (outcome) {
    case 'client_accepted':
      return { message: `${shortName} accepts the Client ID and the Client Secret.`, remedy: [] };
    case 'client_refused':
      return {
        message: `${shortName} refused the Client ID or the Client Secret.`,
        remedy: [
          `In ${provider.label}, open ${[...words.path, `the ${words.application}`].join(' > ')}.`,
          `Compare its ${words.clientId} with the Client ID.`,
          `Copy its ${words.clientSecret}, replace the Client Secret and Save.`,
        ],
      };
    case 'unreachable':
      return {
        message: `The Token URL did not answer: ${error?.message ?? 'no reason given'}`,
        remedy: ['Check the Token URL.', 'Check that this instance may reach it through your network.'],
      };
    case 'inconclusive':
      return {
        message: `The answer tells nothing about Client ID and Client Secret: ${error?.message ?? 'no reason given'}`,
        remedy: ['Check that the Token URL is the address of a token endpoint.', 'Try Get OAuth Token.'],
      };
  }
}
