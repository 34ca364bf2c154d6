import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.dirname(import.meta.dirname);
const relativeLink = /\]\((?!https?:|#)([^)#\s]+)/g;

/** Relative links in a text whose targets do not exist. */
function brokenLinks(text: string, folder: string): string[] {
  return [...text.matchAll(relativeLink)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(path.resolve(folder, target)));
}

test('every relative link and picture in our documents exists', () => {
  const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  const broken = documents
    .split('\n')
    .filter(Boolean)
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return brokenLinks(text, path.dirname(path.join(root, file))).map((target) => `${file}: ${target}`);
    });
  expect(broken).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  const text = '[a](README.md) ![b](docs/no-such.png) [c](https://example.com) [d](#here)';
  expect(brokenLinks(text, root)).toEqual(['docs/no-such.png']);
});
