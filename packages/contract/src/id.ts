import { z } from 'zod';

/** Prefixes of record ids: the noun is readable in every log line and error. */
export const idPrefixes = {
  applicationRegistry: 'app',
  oauthEntityProfile: 'prof',
  oauthEntityScope: 'scope',
  signingKey: 'skey',
  credential: 'cred',
  token: 'tok',
  tokenRevocation: 'rev',
  revokedToken: 'rvt',
  canaryAlarm: 'alarm',
  midServer: 'mid',
  enrolmentToken: 'enr',
  tool: 'tool',
  discoveryRun: 'run',
  workspace: 'ws',
  project: 'proj',
  repository: 'repo',
  user: 'usr',
  session: 'sess',
  apiKey: 'key',
  auditEntry: 'aud',
  eventSubscription: 'esub',
  outboundEvent: 'evt',
  eventDelivery: 'edel',
  request: 'req',
} as const;

export type IdNoun = keyof typeof idPrefixes;

/** An id's shape: `<prefix>_` and 26 characters of Crockford's base 32, time first (so ids sort by age). */
export function idSchema<N extends IdNoun>(noun: N) {
  return z
    .string()
    .regex(
      new RegExp(`^${idPrefixes[noun]}_[0-9A-HJKMNP-TV-Z]{26}$`),
      `must be an id such as ${idPrefixes[noun]}_…`,
    )
    .brand<N>();
}

export const applicationRegistryId = idSchema('applicationRegistry');
export const oauthEntityProfileId = idSchema('oauthEntityProfile');
export const oauthEntityScopeId = idSchema('oauthEntityScope');
export const signingKeyId = idSchema('signingKey');
export const credentialId = idSchema('credential');
export const tokenId = idSchema('token');
export const tokenRevocationId = idSchema('tokenRevocation');
export const revokedTokenId = idSchema('revokedToken');
export const canaryAlarmId = idSchema('canaryAlarm');
export const midServerId = idSchema('midServer');
export const enrolmentTokenId = idSchema('enrolmentToken');
export const toolId = idSchema('tool');
export const discoveryRunId = idSchema('discoveryRun');
export const workspaceId = idSchema('workspace');
export const projectId = idSchema('project');
export const repositoryId = idSchema('repository');
export const userId = idSchema('user');
export const sessionId = idSchema('session');
export const apiKeyId = idSchema('apiKey');
export const auditEntryId = idSchema('auditEntry');
export const eventSubscriptionId = idSchema('eventSubscription');
export const outboundEventId = idSchema('outboundEvent');
export const eventDeliveryId = idSchema('eventDelivery');
export const requestId = idSchema('request');

export type ApplicationRegistryId = z.infer<typeof applicationRegistryId>;
export type OAuthEntityProfileId = z.infer<typeof oauthEntityProfileId>;
export type OAuthEntityScopeId = z.infer<typeof oauthEntityScopeId>;
export type SigningKeyId = z.infer<typeof signingKeyId>;
export type CredentialId = z.infer<typeof credentialId>;
export type TokenId = z.infer<typeof tokenId>;
export type TokenRevocationId = z.infer<typeof tokenRevocationId>;
export type RevokedTokenId = z.infer<typeof revokedTokenId>;
export type CanaryAlarmId = z.infer<typeof canaryAlarmId>;
export type MidServerId = z.infer<typeof midServerId>;
export type EnrolmentTokenId = z.infer<typeof enrolmentTokenId>;
export type ToolId = z.infer<typeof toolId>;
export type DiscoveryRunId = z.infer<typeof discoveryRunId>;
export type WorkspaceId = z.infer<typeof workspaceId>;
export type ProjectId = z.infer<typeof projectId>;
export type RepositoryId = z.infer<typeof repositoryId>;
export type UserId = z.infer<typeof userId>;
export type SessionId = z.infer<typeof sessionId>;
export type ApiKeyId = z.infer<typeof apiKeyId>;
export type AuditEntryId = z.infer<typeof auditEntryId>;
export type EventSubscriptionId = z.infer<typeof eventSubscriptionId>;
export type OutboundEventId = z.infer<typeof outboundEventId>;
export type EventDeliveryId = z.infer<typeof eventDeliveryId>;
export type RequestId = z.infer<typeof requestId>;
