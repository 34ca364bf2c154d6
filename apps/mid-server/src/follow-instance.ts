import { readIdentity, writeIdentity } from './identity.ts';

/**
 * Has an enrolled agent find its instance at another address from its next start on. Nothing else changes: whoever
 * answers there must still hold the key that was pinned at the enrolment.
 * @throws AgentError when the agent is not enrolled
 */
export function followInstance(dataFolder: string, instanceUrl: string): void {
  const identity = readIdentity(dataFolder);
  const { origin } = new URL(instanceUrl);
  if (identity.instanceUrl !== origin) writeIdentity(dataFolder, { ...identity, instanceUrl: origin });
}
