import { describe, expect, it } from 'vitest';
import { firstLoadKb } from '../first-load-budget.ts';

const chunk = (fileName: string, more: { imports?: string[]; isEntry?: boolean; name?: string } = {}) => ({
  fileName,
  // Text that gzip cannot shrink: 2 KB of code is about 1 KB compressed.
  code: Array.from({ length: 2048 }, (_, index) => Math.trunc(Math.sin(index + fileName.length) * 1e6)).join(
    ';',
  ),
  imports: more.imports ?? [],
  isEntry: more.isEntry ?? false,
  name: more.name ?? fileName,
});

describe('the size of the first load', () => {
  const entry = chunk('entry.js', { imports: ['shared.js'], isEntry: true });
  const shared = chunk('shared.js', { imports: ['entry.js'] });
  const alone = firstLoadKb([{ ...entry, imports: [] }]);

  it('counts what the entry imports, once, and survives a cycle', () => {
    expect(firstLoadKb([entry, shared])).toBeCloseTo(alone * 2, 0);
  });

  it('counts the frame and the first page, which load before anything is seen', () => {
    const shell = chunk('assets/shell-1.js', { name: 'shell', imports: ['shared.js'] });
    expect(firstLoadKb([entry, shared, shell])).toBeGreaterThan(alone * 2.5);
  });

  it('leaves out pages that are loaded later', () => {
    expect(firstLoadKb([entry, shared, chunk('palette.js')])).toBeCloseTo(firstLoadKb([entry, shared]));
  });
});
