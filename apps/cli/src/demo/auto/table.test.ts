import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('pads each column to its widest cell', () => {
  const text = formatTable(
    ['Workspace', 'Name'],
    [
      ['a', 'first'],
      ['longer-than-head', 'x'],
    ],
  );
  expect(text.split('\n')).toEqual([
    '  Workspace         Name',
    '  ────────────────  ─────',
    '  a                 first',
    '  longer-than-head  x',
  ]);
});
