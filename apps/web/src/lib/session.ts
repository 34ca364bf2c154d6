import { type Role, type Session, session, setupState } from '@lockkeeper/contract';
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { ApiError, api } from './api.ts';

/** Who is signed in; null when nobody is. */
export async function readSession(): Promise<Session | null> {
  try {
    return await api.get('/session', session);
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: ['/session'],
  queryFn: readSession,
  // Read again only when somebody signs in or out: the frame stands on it.
  staleTime: Number.POSITIVE_INFINITY,
});

export const setupQuery = queryOptions({
  queryKey: ['/setup'],
  queryFn: () => api.get('/setup', setupState),
});

/** For pages inside the shell, which is only shown to somebody signed in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new ApiError(signedOut);
  return data;
}

/** Whether the person has one of the roles. */
export function useHasRole(...roles: readonly Role[]): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.user.roles.some((role) => roles.includes(role)) ?? false;
}

const signedOut = {
  type: 'about:blank',
  status: 401,
  code: 'access.unauthenticated',
  title: 'Sign in first',
  requestId: '',
};
