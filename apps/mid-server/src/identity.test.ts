import { mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentFingerprint, newNonce } from '@lockkeeper/contract/mid';
import { describe, expect, it } from 'vitest';
import { newAgentKeys } from './agent-keys.ts';
import { backOffMs } from './back-off.ts';
import { midServerConfigFrom } from './config.ts';
import { midServerFingerprint } from './enrol.ts';
import { readIdentity, writeIdentity } from './identity.ts';
import { silentLogger } from './logger.ts';
import { mayCallOrigin } from './outbound.ts';
import { runMidServer } from './run.ts';

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'mid-server-')), 'data');

describe('identity', () => {
  it('is kept in one file that only this user can read', async () => {
    const folder = newFolder();
    const keys = newAgentKeys();
    const identity = {
      midServerId: 'mid_1',
      name: 'build-07',
      instanceUrl: 'https://lockkeeper.example',
      instanceId: 'inst_1',
      instanceKey: newNonce(),
      ...keys,
    };
    writeIdentity(folder, identity);
    expect(readIdentity(folder)).toEqual(identity);
    expect(readdirSync(folder)).toEqual(['identity.json']);
    expect(statSync(join(folder, 'identity.json')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await midServerFingerprint(folder)).toBe(
      await agentFingerprint(keys.signingKey.x, keys.sealingKey.x),
    );
  });

  it('says what to do when the agent is not enrolled', async () => {
    const config = midServerConfigFrom({ LOCKKEEPER_MID_DATA: newFolder() });
    await expect(runMidServer(config, silentLogger)).rejects.toThrow(
      'lockkeeper mid-server enrol --instance',
    );
  });

  it('says so when the file is damaged, without its content', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mid-server-'));
    writeFileSync(join(folder, 'identity.json'), '{"signingKey":"canary-private-key"}');
    expect(() => readIdentity(folder)).toThrow(/is damaged/);
    expect(() => readIdentity(folder)).not.toThrow(/canary/);
  });
});

describe('config', () => {
  it('names the variable that is wrong', () => {
    expect(() => midServerConfigFrom({ LOCKKEEPER_MID_PROXY: 'proxy:::' })).toThrow('LOCKKEEPER_MID_PROXY');
    expect(() => midServerConfigFrom({ LOCKKEEPER_LOG_LEVEL: 'loud' })).toThrow('LOCKKEEPER_LOG_LEVEL');
    expect(midServerConfigFrom({ LOCKKEEPER_MID_PROXY: '', LOCKKEEPER_LOG_LEVEL: '' })).toMatchObject({
      proxyUrl: undefined,
      logLevel: 'info',
    });
    expect(() => midServerConfigFrom({ LOCKKEEPER_MID_CA_FILE: '/nowhere/ca.pem' })).toThrow(
      'LOCKKEEPER_MID_CA_FILE',
    );
  });

  it('calls other machines with TLS only, unless an origin is named', () => {
    const named = ['http://tools.example:7990'];
    const asked = [
      'https://a.example',
      'http://127.0.0.1:80',
      'http://localhost',
      'http://a.example',
      ...named,
    ];
    expect(asked.map((origin) => mayCallOrigin(origin, named))).toEqual([true, true, true, false, true]);
  });
});

describe('back-off', () => {
  it('doubles up to half a minute and is spread over its upper half', () => {
    expect([0, 1, 2, 20].map((failures) => backOffMs(failures, 1))).toEqual([250, 500, 1000, 30_000]);
    expect(backOffMs(20, 0)).toBe(15_000);
  });
});
