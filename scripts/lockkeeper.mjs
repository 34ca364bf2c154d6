// `npm run lockkeeper -- <command>`: the `lockkeeper` command as users have it, made of the sources as they are now.
import { pathToFileURL } from 'node:url';
import { programBundle } from './program-bundle.mjs';

await import(pathToFileURL(await programBundle()).href);
