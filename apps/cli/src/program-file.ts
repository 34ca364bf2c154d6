import path from 'node:path';

/** The `lockkeeper` command itself, to start programs of it: in the sources and in the bundle it lies beside this. */
export const programFile = path.join(import.meta.dirname, `main${path.extname(import.meta.filename)}`);
