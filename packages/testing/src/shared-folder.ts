import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder `shared` beside the repository, with Bitbucket's published description and recorded payloads.
 * They are not ours to copy, so tests read them there and are skipped, visibly, without it.
 * @throws Error in continuous integration (`CI=true`), where a skipped test would go unnoticed
 */
export function sharedFolder(): string | undefined {
  // One level further up for a git work tree, which stands in a folder of work trees.
  for (const candidate of ['../../../../shared/', '../../../../../shared/']) {
    const folder = fileURLToPath(new URL(candidate, import.meta.url));
    if (existsSync(`${folder}bitbucket/openapi.json`)) return folder;
  }
  if (process.env.CI === 'true') {
    throw new Error('The folder ../shared with bitbucket/openapi.json and fixtures is missing, and CI=true.');
  }
  return undefined;
}
