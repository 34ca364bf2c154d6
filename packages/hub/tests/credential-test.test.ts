import { bitbucketCloud } from '@lockkeeper/bitbucket-cloud';
import { TestClock } from '@lockkeeper/testing';
import { describe, expect, test } from 'vitest';
import {
  getOAuthToken,
  type Rig,
  startCertifiedProvider,
  startSandboxProvider,
  type TestProvider,
  useRig,
} from './provider-rig.ts';

interface Step {
  step: string;
  title: string;
  result: string;
  explanation: string;
  remedy: string[];
  answer: { status: number; error: string; errorDescription: string; requestId: string } | null;
}

async function useTestRig(provider: TestProvider) {
  const clock = new TestClock(new Date());
  const rig = await useRig(provider, { now: clock.now, tools: [bitbucketCloud] });
  return { ...rig, clock };
}

async function testIt(rig: Rig, body: object = {}) {
  const { status, text, json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/test`, body);
  expect([status, text]).toEqual([200, expect.anything()]);
  const steps: Record<string, Step> = Object.fromEntries(json.steps.map((step: Step) => [step.step, step]));
  return {
    outcome: json.outcome,
    steps,
    results: json.steps.map(({ step, result }: Step) => [step, result]),
    text,
  };
}

describe('Test credential', { timeout: 60_000 }, () => {
  test('says of a new credential that somebody has to consent', async () => {
    const rig = await useTestRig(await startSandboxProvider());
    const { outcome, results, steps } = await testIt(rig);
    expect(outcome).toBe('failed');
    expect(results).toEqual([
      ['registry', 'passed'],
      ['client', 'not_checked'],
      ['token', 'failed'],
      ['refresh', 'failed'],
      ['tool', 'not_checked'],
    ]);
    expect(steps.token?.remedy[0]).toContain('**Get OAuth Token**');
    expect(steps.client?.explanation).toContain('seen to lock a client');
  });

  test('passes with a token, asks Bitbucket for nothing, and is audited', async () => {
    const provider = await startSandboxProvider();
    const rig = await useTestRig(provider);
    await getOAuthToken(rig);
    const before = provider.tokenRequests();
    const { outcome, results, text } = await testIt(rig);
    expect([outcome, provider.tokenRequests() - before]).toEqual(['passed', 0]);
    expect(results.map(([, result]: [string, string]) => result)).toEqual([
      'passed',
      'passed',
      'passed',
      'passed',
      'not_checked',
    ]);
    expect(text).not.toContain(provider.registry.clientSecret);
    const { json } = await rig.admin.get('/api/v1/audit-entries?action=credential.tested');
    expect(json.items).toMatchObject([
      { outcome: 'success', after: { outcome: 'passed', steps: expect.arrayContaining(['token: passed']) } },
    ]);
  });

  test('with Refresh now, shows the provider’s exact answer and what to change', async () => {
    const provider = await startSandboxProvider();
    const rig = await useTestRig(provider);
    await getOAuthToken(rig);
    const { steps: refreshed } = await testIt(rig, { refresh: true });
    expect(refreshed.refresh).toMatchObject({
      result: 'passed',
      explanation: expect.stringContaining('refreshed last'),
    });

    provider.failNextTokenRequest({
      status: 400,
      headers: { 'x-request-id': 'bb-4711' },
      body: { error: 'invalid_scope', error_description: `wrong <script> \u0007${'x'.repeat(500)}` },
    });
    const { outcome, steps, text } = await testIt(rig, { refresh: true });
    expect([outcome, steps.refresh?.result]).toEqual(['failed', 'failed']);
    expect(steps.refresh?.answer).toMatchObject({
      status: 400,
      error: 'invalid_scope',
      requestId: 'bb-4711',
    });
    // To the letter, but cut and on one line.
    expect(steps.refresh?.answer?.errorDescription).toMatch(/^wrong <script> {1,2}x{100,190}…$/);
    expect(steps.refresh?.explanation).toContain('does not grant a scope that was asked for');
    expect(steps.refresh?.remedy.join(' ')).toContain('compare its scopes');
    expect(text).not.toContain(provider.registry.clientSecret);
    // The old token is still good: the test lost nothing.
    expect(steps.token?.result).toBe('passed');
  });

  test('a refused client is told with the place of the change', async () => {
    const provider = await startSandboxProvider();
    const rig = await useTestRig(provider);
    await getOAuthToken(rig);
    provider.failNextTokenRequest({ status: 401, body: { error: 'invalid_client' } });
    const { steps } = await testIt(rig, { refresh: true });
    expect(steps.client).toMatchObject({
      result: 'failed',
      answer: { status: 401, error: 'invalid_client' },
    });
    expect(steps.client?.explanation).toContain('Bitbucket refused the client secret');
    expect(steps.client?.explanation).not.toContain('You consented');
    expect(steps.client?.remedy.join(' ')).toContain('replace **Client Secret** and Save');
    expect(steps.client?.remedy.at(-1)).toContain('**Test credential**');
  });

  test('asks a provider that takes no harm whether it accepts the client', async () => {
    const rig = await useTestRig(await startCertifiedProvider());
    await getOAuthToken(rig);
    const accepted = await testIt(rig);
    expect(accepted.steps.client).toMatchObject({
      result: 'passed',
      explanation: expect.stringContaining('accepts the Client ID and the Client Secret'),
      answer: { status: 400, error: 'invalid_grant' },
    });
    await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, {
      clientSecret: 'canary-wrong-client-secret',
    });
    const refused = await testIt(rig);
    expect(refused.steps.client).toMatchObject({
      result: 'failed',
      answer: { status: 401, error: 'invalid_client' },
    });
    expect(refused.text).not.toContain('canary-wrong-client-secret');
  });

  test('tries the tool through its MID Server, and says when there is none', async () => {
    const provider = await startSandboxProvider();
    const rig = await useTestRig(provider);
    await getOAuthToken(rig);
    const tool = await rig.admin.post('/api/v1/tools', {
      kind: 'bitbucket-cloud',
      name: 'Bitbucket Cloud',
      baseUrl: `${provider.origin}/2.0`,
      credentialId: rig.credentialId,
    });
    expect([tool.status, tool.text]).toEqual([201, expect.anything()]);
    const { outcome, steps } = await testIt(rig);
    expect([outcome, steps.tool?.result, steps.tool?.title]).toEqual([
      'failed',
      'failed',
      'Bitbucket Cloud accepts the token',
    ]);
    expect(steps.tool?.explanation).toContain('No MID Server');
    expect(steps.tool?.remedy.length).toBeGreaterThan(0);
    // The tool itself was not touched by the test.
    expect((await rig.admin.get(`/api/v1/tools/${tool.json.id}`)).json.connectReport).toBeNull();
  });

  test('an inactive credential or registry fails the first step', async () => {
    const rig = await useTestRig(await startSandboxProvider());
    await rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, { active: false });
    expect((await testIt(rig)).steps.registry).toMatchObject({
      result: 'failed',
      remedy: [expect.stringContaining('Active')],
    });
    await rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, { active: true });
    await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, { active: false });
    expect((await testIt(rig)).steps.registry?.explanation).toContain(
      'My Bitbucket App Provider is not active',
    );
  });

  test('bad input names the field', async () => {
    const rig = await useTestRig(await startSandboxProvider());
    const { status, json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/test`, {
      refresh: 'yes',
    });
    expect([status, json.errors[0].field]).toEqual([400, 'refresh']);
  });
});
