import { describe, expect, it } from 'vitest';
import { matchesShortcut } from './shortcuts.ts';

const press = { key: 'k', ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false };

describe('shortcuts', () => {
  it('takes Ctrl on most machines and Command on a Mac for mod', () => {
    expect(matchesShortcut('mod+k', { ...press, ctrlKey: true })).toBe(true);
    expect(matchesShortcut('mod+k', { ...press, metaKey: true })).toBe(true);
    expect(matchesShortcut('mod+k', press)).toBe(false);
  });

  it('leaves the browser its own combinations', () => {
    expect(matchesShortcut('k', { ...press, ctrlKey: true })).toBe(false);
    expect(matchesShortcut('k', { ...press, altKey: true })).toBe(false);
    expect(matchesShortcut('k', press)).toBe(true);
  });
});
