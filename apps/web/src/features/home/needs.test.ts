import { describe, expect, it } from 'vitest';
import { states } from '../../components/states.ts';
import { countLooks, needsOf } from './needs.ts';

describe('what needs somebody', () => {
  it('is nothing on an empty instance', () => {
    expect(needsOf({ credentials: [], midServers: [], tools: [] })).toEqual([]);
  });

  it('counts states in the order they appear', () => {
    expect(countLooks([states.up, states.down, states.up])).toEqual([
      { look: states.up, count: 2 },
      { look: states.down, count: 1 },
    ]);
  });
});
