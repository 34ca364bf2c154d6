import type { RevokedToken } from '@lockkeeper/contract';
import { findProvider, generic } from '@lockkeeper/oauth';
import { revocationFacts } from './revocation-outcome.ts';
import type { RevokedTokenRow } from './revocation-store.ts';

/** What became of a token at its provider, and what is left to do for a person. */
export function explainRevocation(
  row: RevokedTokenRow,
): Pick<RevokedToken, 'explanation' | 'remedy' | 'answer'> {
  const { key, shortName } = findProvider(row.template);
  const provider = key === generic.key ? `the provider of ${row.registry_name}` : shortName;
  const facts = row.outcome === null ? undefined : revocationFacts.parse(row.outcome);
  const answer = facts?.answer ?? null;
  const byHand = `At ${provider}, revoke the access of this application by hand.`;
  switch (row.state) {
    case 'revoked':
      return {
        explanation: `The tokens were revoked at ${provider} and deleted here.`,
        remedy: [],
        answer,
      };
    case 'local_only':
      return {
        explanation: `The tokens were deleted here. ${capital(provider)} offers no revocation, so revoke the access there as well.`,
        remedy: [byHand],
        answer,
      };
    case 'pending':
      return {
        explanation:
          facts === undefined
            ? `The tokens were deleted here. ${capital(provider)} is told.`
            : `The tokens were deleted here. ${capital(provider)} has not confirmed yet and is asked again: ${facts.detail}`,
        remedy: [],
        answer,
      };
    case 'failed':
      return {
        explanation: `The tokens were deleted here, but ${provider} did not revoke them: ${facts?.detail ?? 'it gave no reason.'}`,
        remedy: remedyFor(facts?.code, row, byHand),
        answer,
      };
  }
}

function remedyFor(code: string | undefined, row: RevokedTokenRow, byHand: string): string[] {
  const registry = `the Application Registry **${row.registry_name}**`;
  switch (code) {
    case 'application-registry.deleted':
      return [byHand];
    case 'oauth.client_refused':
      return [
        `In ${registry}, correct **Client ID** and **Client Secret** and Save.`,
        'Choose **Try again** in the report.',
        byHand,
      ];
    case 'oauth.address_blocked':
      return [
        `In ${registry}, correct the **Token Revocation URL**, or list its origin in LOCKKEEPER_ALLOW_ORIGINS.`,
        'Choose **Try again** in the report.',
        byHand,
      ];
    default:
      return [
        `In ${registry}, check that the **Token Revocation URL** is the provider's revocation endpoint.`,
        'Choose **Try again** in the report.',
        byHand,
      ];
  }
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
