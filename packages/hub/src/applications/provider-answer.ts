import type { ProviderAnswer } from '@lockkeeper/contract';
import type { OAuthError } from '@lockkeeper/oauth';

/** What the provider said itself; null where it said nothing at all. */
export function providerAnswerOf(error: OAuthError): ProviderAnswer | null {
  const { httpStatus, providerError, providerDescription, providerRequestId } = error;
  if (httpStatus === undefined && providerError === undefined) return null;
  return {
    status: httpStatus ?? null,
    error: providerError ?? null,
    errorDescription: providerDescription ?? null,
    requestId: providerRequestId ?? null,
  };
}

/** The provider's own words beside ours; neither holds a secret. */
export function detailOf(error: OAuthError): string {
  return error.providerDescription === undefined
    ? error.message
    : `${error.message} It says: "${error.providerDescription}"`;
}
