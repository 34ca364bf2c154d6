import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Switches } from '../switches/switches.ts';
import { badRequest, notFound } from './api-error.ts';
import type { Links } from './links.ts';

const querySchema = z.object({
  pagelen: z.coerce.number().int().min(1).optional(),
  page: z.string().optional(),
});

export interface PageOptions {
  readonly defaultPagelen?: number;
  /** A limit of this list alone, below the general one. */
  readonly maxPagelen?: number;
}

export interface Page {
  readonly pagelen: number;
  readonly values: readonly object[];
  readonly size?: number;
  readonly page?: number;
  readonly next?: string;
  readonly previous?: string;
}

export type Paginate = <T>(
  request: FastifyRequest,
  list: readonly T[],
  render: (item: T) => object,
  options?: PageOptions,
) => Page;

export function createPaginate(links: Links, switches: Switches): Paginate {
  return (request, list, render, options = {}) => {
    const { pagelen, page } = readPage(request, switches, options);
    const start =
      page === undefined ? 0 : switches.opaqueNext ? offsetOf(page) : (numberOf(page) - 1) * pagelen;
    if (start > 0 && start >= list.length) throw notFound('Invalid page');
    const end = start + pagelen;
    const values = list.slice(start, end).map(render);
    const hasNext = end < list.length;
    if (switches.opaqueNext)
      return {
        pagelen,
        values,
        ...(hasNext ? { next: linkTo(links, request, { page: cursorOf(end) }) } : {}),
      };
    const number = start / pagelen + 1;
    return {
      values,
      pagelen,
      size: list.length,
      page: number,
      ...(hasNext ? { next: linkTo(links, request, { page: String(number + 1) }) } : {}),
      ...(number > 1 ? { previous: linkTo(links, request, { page: String(number - 1) }) } : {}),
    };
  };
}

/** The checked `pagelen` and the `page` as it was sent. */
export function readPage(
  request: FastifyRequest,
  switches: Switches,
  options: PageOptions = {},
): { pagelen: number; page: string | undefined } {
  const query = querySchema.safeParse(request.query);
  if (!query.success) throw badRequest('Invalid pagelen');
  const limit = Math.min(options.maxPagelen ?? switches.maxPagelen, switches.maxPagelen);
  const pagelen = query.data.pagelen ?? Math.min(options.defaultPagelen ?? 10, limit);
  if (pagelen > limit && switches.oversizedPagelen === 'reject') throw badRequest('Invalid pagelen');
  return { pagelen: Math.min(pagelen, limit), page: query.data.page };
}

/** The same address with other parameters. */
export function linkTo(
  links: Links,
  request: FastifyRequest,
  parameters: Readonly<Record<string, string>>,
): string {
  const url = new URL(request.url, links.origin());
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function numberOf(page: string): number {
  if (!/^[1-9]\d{0,8}$/.test(page)) throw badRequest('Invalid page');
  return Number(page);
}

function cursorOf(offset: number): string {
  return Buffer.from(`after:${offset}`).toString('base64url');
}

function offsetOf(cursor: string): number {
  const offset = /^after:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (offset === undefined) throw badRequest('Invalid page');
  return Number(offset);
}
