import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

const makesJsonSchemas = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;
const isFactory = /^create\w+Method$/;
const exported = /^export (?:const|function) (\w+)|^export \{ (\w+) as (\w+) \};$/gm;

/**
 * Leaves out of the build what makes JSON Schemas of zod schemas: every schema refers to it, so no bundler sees that the
 * browser, which only parses, never calls it. The server makes the OpenAPI document.
 */
export function withoutJsonSchemas(): Plugin {
  return {
    name: 'without-json-schemas',
    apply: 'build',
    enforce: 'pre',
    async load(id) {
      return makesJsonSchemas.test(id) ? throwing(await readFile(id, 'utf8')) : null;
    },
  };
}

/**
 * A module with the same names, of which each throws when it is called. What is called for each schema, whether a JSON
 * Schema is wanted or not, and gives the function that makes one (`create…Method`) gives one that throws.
 */
export function throwing(code: string): string {
  const names = [...code.matchAll(exported)].map(([, declared, , renamed]) => renamed ?? declared);
  return [
    "const absent = () => { throw new Error('The pages hold no JSON Schemas: see apps/web/without-json-schemas.ts'); };",
    'const method = () => absent;',
    `export { ${names.map((name) => `${isFactory.test(name ?? '') ? 'method' : 'absent'} as ${name}`).join(', ')} };`,
  ].join('\n');
}
