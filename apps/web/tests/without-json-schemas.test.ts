import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { throwing, withoutJsonSchemas } from '../without-json-schemas.ts';

const zod = path.dirname(createRequire(import.meta.url).resolve('zod/v4/core'));

describe('the pages hold nothing that makes JSON Schemas', () => {
  it.each(['to-json-schema.js', 'json-schema-processors.js'])(
    'every name of %s is still there, and throws',
    async (file) => {
      const id = path.join(zod, file);
      const real: object = await import(id);
      const code = throwing(await readFile(id, 'utf8'));
      const module: Record<string, () => never> = await import(
        `data:text/javascript,${encodeURIComponent(code)}`
      );
      expect(Object.keys(module).sort()).toEqual(Object.keys(real).sort());
      for (const [name, call] of Object.entries(module)) {
        const made = /^create\w+Method$/.test(name) ? call() : call;
        expect(made).toThrow('hold no JSON Schemas');
      }
    },
  );

  it('takes the place of these two files of zod, and of no others', async () => {
    const { load } = withoutJsonSchemas();
    if (typeof load !== 'function') throw new Error('the plugin loads nothing');
    const loaded = async (file: string) => await Reflect.apply(load, undefined, [path.join(zod, file)]);
    expect(await loaded('to-json-schema.js')).toContain('absent as finalize');
    expect(await loaded('schemas.js')).toBeNull();
  });
});
