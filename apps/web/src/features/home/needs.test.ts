import { describe, expect, it } from 'vitest';
import { states } from '../../components/states.ts';
import { countLooks, needsOf } from './needs.ts';

describe('what needs somebody', () => {
  it('is nothing on an empty instance', () => {
    expect(needsOf({ credentials: [], midServers: [], tools: [], expiries: [] })).toEqual([]);
  });

  it('names what ends soon, and leads to the record', () => {
    const expiry = {
      kind: 'client_secret' as const,
      subject: { type: 'application_registry' as const, id: 'app_1', name: 'Example' },
      endsAt: '2026-12-01T10:00:00.000Z',
      why: 'Its client secret ends then.',
      remedy: 'Make a new one.',
    };
    expect(needsOf({ credentials: [], midServers: [], tools: [], expiries: [expiry] })).toMatchObject([
      {
        title: 'Example: something ends on 2026-12-01 10:00 UTC',
        why: 'Its client secret ends then. Make a new one.',
        href: '/application-registries/app_1',
      },
    ]);
  });

  it('counts states in the order they appear', () => {
    expect(countLooks([states.up, states.down, states.up])).toEqual([
      { look: states.up, count: 2 },
      { look: states.down, count: 1 },
    ]);
  });
});
