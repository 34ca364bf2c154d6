import { ToolError } from './tool-error.ts';
import { relativeToBase } from './tool-path.ts';

/** Where a page is, relative to the tool's base URL. Stored in a checkpoint, so it is plain data. */
export interface PagePlace {
  readonly path: string;
  readonly query: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The tool's own count of the whole listing, when it gives one. */
  readonly size?: number;
  /** The opaque link to the next page; absent on the last. */
  readonly next?: string;
}

/** A million rows at the smallest page size of any tool we know: more is an endless listing, not data. */
const maxPages = 100_000;

export interface ReadPage<T> {
  readonly page: Page<T>;
  /** Where to go on; `undefined` after the last page. */
  readonly next: PagePlace | undefined;
}

/**
 * Follows a listing from `start` until there is no `next`. Links are opaque, and followed only on the
 * tool's own origin and under its base path.
 * @throws ToolError `malformed` when a link leads elsewhere or back to a page already read
 */
export async function* followPages<T>(
  baseUrl: string,
  start: PagePlace,
  read: (place: PagePlace) => Promise<Page<T>>,
): AsyncGenerator<ReadPage<T>, void, undefined> {
  const seen = new Set<string>();
  let place: PagePlace | undefined = start;
  while (place !== undefined) {
    const key: string = `${place.path}?${place.query}`;
    if (seen.has(key)) {
      throw new ToolError('malformed', 'The tool sent a link back to a page that was already read.');
    }
    if (seen.size >= maxPages) {
      throw new ToolError('malformed', `The listing has more than ${maxPages} pages.`);
    }
    seen.add(key);
    const page: Page<T> = await read(place);
    place = page.next === undefined ? undefined : relativeToBase(page.next, baseUrl);
    yield { page, next: place };
  }
}
