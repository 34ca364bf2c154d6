import { describe, expect, it } from 'vitest';
import { matchingModules, moduleOf, modules, modulesFor } from './modules.ts';

const labels = (entries: readonly { label: string }[]) => entries.map(({ label }) => label);

describe('navigator modules', () => {
  it('finds the System OAuth modules by "oauth"', () => {
    expect(labels(matchingModules(modules, 'oauth'))).toEqual([
      'Application Registry',
      'OAuth Entity Profiles',
      'OAuth Entity Scopes',
      'Manage Tokens',
    ]);
  });

  it('shows an administrator every entry whose page exists, and no other', () => {
    const shown = modulesFor(['admin'], (path) => path !== '/users');
    expect(labels(shown)).not.toContain('Users and Roles');
    expect(shown).toHaveLength(modules.length - 1);
  });

  it('hides System OAuth, Credentials and System from everybody else', () => {
    const shown = modulesFor(['viewer', 'tool_owner', 'integration'], () => true);
    expect(labels(shown)).toEqual(['Home', 'Servers', 'Tools', 'Bitbucket', 'Repositories']);
  });

  it('tells which module a page belongs to by the longest path', () => {
    expect(moduleOf('/credentials/cred_1')?.label).toBe('Credentials');
    expect(moduleOf('/mid-servers/enrolment')?.label).toBe('Enrolment');
    expect(moduleOf('/mid-servers/mid_1')?.label).toBe('Servers');
    expect(moduleOf('/nowhere')).toBeUndefined();
  });
});
