import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAllowList } from './allow-list.ts';

const origin = 'https://api.bitbucket.org';

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'allow-list-')), 'allow.json');
  writeFileSync(file, text);
  return file;
}
const listOf = (rules: unknown) => readAllowList(fileWith(JSON.stringify({ rules })));

describe('allow-list', () => {
  it('allows everything where no file is named', () => {
    const list = readAllowList(undefined);
    expect(list.call({ method: 'DELETE', origin, path: '/x' })).toBe(true);
    expect(list.tunnel('login.example:443')).toBe(true);
  });

  it('denies what the file does not list', () => {
    const allows = listOf([
      { methods: ['GET'], paths: ['/2.0/user', '/2.0/repositories/*', '/2.0/ws/*/p/**'] },
    ]);
    const get = (path: string) => allows.call({ method: 'GET', origin, path });
    expect([get('/2.0/user'), get('/2.0/repositories/team'), get('/2.0/ws/team/p/a/b')]).toEqual([
      true,
      true,
      true,
    ]);
    expect([get('/2.0/users'), get('/2x0/user'), get('/2.0/repositories/a/b'), get('/')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(allows.call({ method: 'POST', origin, path: '/2.0/user' })).toBe(false);
    expect(listOf([]).call({ method: 'GET', origin, path: '/' })).toBe(false);
  });

  it('keeps a rule to its origins', () => {
    const allows = listOf([{ methods: ['GET'], paths: ['/**'], origins: [origin] }]);
    expect(allows.call({ method: 'GET', origin, path: '/a/b' })).toBe(true);
    expect(allows.call({ method: 'GET', origin: 'https://other.example', path: '/a/b' })).toBe(false);
  });

  it('denies every tunnel that the file does not name', () => {
    expect(listOf([]).tunnel('login.example:443')).toBe(false);
    const named = JSON.stringify({ rules: [], tunnels: ['login.example:443', '[fd12::5]:8443'] });
    const { tunnel } = readAllowList(fileWith(named));
    expect([tunnel('login.example:443'), tunnel('[fd12::5]:8443')]).toEqual([true, true]);
    expect([tunnel('login.example:8443'), tunnel('x.login.example:443'), tunnel('login.example')]).toEqual([
      false,
      false,
      false,
    ]);
    for (const wrong of ['https://login.example', 'Login.example:443', 'login.example']) {
      const file = fileWith(JSON.stringify({ rules: [], tunnels: [wrong] }));
      expect(() => readAllowList(file)).toThrow('tunnels.0: must be host:port');
    }
  });

  it('does not start with a file that is missing or wrong', () => {
    expect(() => readAllowList('/nowhere/allow.json')).toThrow('cannot be read');
    expect(() => readAllowList(fileWith('{"rules":[{"methods":["get"],"paths":["/"]}]}'))).toThrow(
      'rules.0.methods',
    );
  });
});
