import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import {
  type AgentSealingContext,
  agentSealingKeySchema,
  openAtAgent,
  sealToAgent,
} from './agent-sealing.ts';
import { Secret } from './secret.ts';

const now = new Date('2026-11-23T12:00:00Z');
const context: AgentSealingContext = {
  midServerId: 'mid_1',
  credentialId: 'cred_1',
  origin: 'https://api.bitbucket.org',
  expiresAt: new Date('2026-11-23T13:00:00Z'),
};

async function anAgent() {
  const pair = await generateKeyPair('ECDH-ES+A256KW', { crv: 'X25519', extractable: true });
  return {
    publicKey: agentSealingKeySchema.parse(await exportJWK(pair.publicKey)),
    privateKey: await exportJWK(pair.privateKey),
  };
}

test('the agent with the key opens a token, and learns when it expires', async () => {
  const agent = await anAgent();
  const sealed = await sealToAgent(new Secret('canary-access-token'), agent.publicKey, context);
  expect(sealed).not.toContain('canary');
  const opened = await openAtAgent(sealed, agent.privateKey, context, now);
  expect(opened.value.reveal()).toBe('canary-access-token');
  expect(opened.expiresAt).toEqual(context.expiresAt);
});

test('AG-05: another agent cannot open it', async () => {
  const [one, two] = [await anAgent(), await anAgent()];
  const sealed = await sealToAgent(new Secret('canary-access-token'), one.publicKey, context);
  await expect(openAtAgent(sealed, two.privateKey, context, now)).rejects.toMatchObject({
    code: 'vault.sealed_value_damaged',
  });
});

test.each<[string, Partial<AgentSealingContext>]>([
  ['another MID Server', { midServerId: 'mid_2' }],
  ['another credential', { credentialId: 'cred_2' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['the same host without TLS', { origin: 'http://api.bitbucket.org' }],
])('a token sealed for %s is refused', async (_name, other) => {
  const agent = await anAgent();
  const sealed = await sealToAgent(new Secret('x'), agent.publicKey, { ...context, ...other });
  await expect(openAtAgent(sealed, agent.privateKey, context, now)).rejects.toMatchObject({
    code: 'vault.context_mismatch',
  });
});

test('an expired one is refused, and the context cannot be edited', async () => {
  const agent = await anAgent();
  const sealed = await sealToAgent(new Secret('x'), agent.publicKey, context);
  await expect(openAtAgent(sealed, agent.privateKey, context, context.expiresAt)).rejects.toMatchObject({
    code: 'vault.sealed_value_expired',
  });
  const [header = '', ...rest] = sealed.split('.');
  const edited = Buffer.from(
    Buffer.from(header, 'base64url').toString().replace('api.bitbucket.org', 'evil.example'),
  ).toString('base64url');
  await expect(
    openAtAgent(
      [edited, ...rest].join('.'),
      agent.privateKey,
      { ...context, origin: 'https://evil.example' },
      now,
    ),
  ).rejects.toMatchObject({ code: 'vault.sealed_value_damaged' });
});
