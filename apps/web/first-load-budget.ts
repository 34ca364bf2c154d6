import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What the browser may have to load before the first page shows: gzipped JavaScript, in KB (1,024 bytes). */
export const FIRST_LOAD_BUDGET_KB = 240;

interface Chunk {
  fileName: string;
  code: string;
  imports: readonly string[];
  isEntry: boolean;
  name: string;
}

/** Loaded later, but before the first page shows: the frame and the page that most people start on. */
const firstPage = ['shell', 'home-page'];

/** The gzipped size in KB of the entry, the frame, the first page, and everything they import at once. */
export function firstLoadKb(chunks: readonly Chunk[]): number {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set<Chunk>();
  const load = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(byName.get(name));
  };
  for (const chunk of chunks) if (chunk.isEntry || firstPage.includes(chunk.name)) load(chunk);
  const bytes = [...loaded].reduce((sum, chunk) => sum + gzipSync(chunk.code).byteLength, 0);
  return bytes / 1024;
}

/** Prints the size of the first load at every build, and fails the build above the budget. */
export function firstLoadBudget(): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const size = firstLoadKb(chunks);
      const words = `first load: ${size.toFixed(0)} KB of gzipped JavaScript (budget ${FIRST_LOAD_BUDGET_KB} KB)`;
      if (size > FIRST_LOAD_BUDGET_KB) this.error(`${words}. Load something later.`);
      console.log(words);
    },
  };
}
