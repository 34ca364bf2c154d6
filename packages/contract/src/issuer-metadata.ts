import { z } from 'zod';
import { sendCredentials } from './application-registry.ts';
import { url } from './field.ts';

/** POST /application-registries/discover: reads what an issuer publishes of itself (RFC 8414). Nothing is saved. */
export const issuerDiscover = z.strictObject({ issuer: url });

/** To fill a form with; a person saves it. */
export const issuerMetadata = z.object({
  issuer: z.string(),
  /** Where it was found. */
  metadataUrl: z.string(),
  authorizationUrl: z.string().nullable(),
  tokenUrl: z.string(),
  tokenRevocationUrl: z.string().nullable(),
  /** Those that both sides know, the best first. */
  sendCredentialsSupported: z.array(sendCredentials),
  authorizationResponseIssParameterSupported: z.boolean(),
  scopesSupported: z.array(z.string()),
  /** What a person should know before saving. */
  notes: z.array(z.string()),
});
export type IssuerMetadata = z.infer<typeof issuerMetadata>;
