import type { Problem } from '@lockkeeper/contract';
import { ApiError } from './api.ts';

/** What to tell people of an error, whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return {
    type: 'about:blank',
    status: 0,
    code: 'web.error',
    title: 'This page has a fault',
    detail: 'Reload it. If that does not help, tell your administrator what you did.',
    requestId: '',
  };
}
