import { describe, expect, it } from 'vitest';
import { toCsv } from './table-file.ts';

describe('CSV files', () => {
  it('quotes what holds commas, quotes and line breaks', () => {
    expect(toCsv(['a', 'b'], [['x,y', 'he said "no"\n']])).toBe('a,b\r\n"x,y","he said ""no""\n"');
  });

  it('defuses cells that a spreadsheet would run', () => {
    expect(toCsv(['a'], [['=1+1'], ['@SUM(A1)'], ['-1']])).toBe("a\r\n'=1+1\r\n'@SUM(A1)\r\n'-1");
  });
});
