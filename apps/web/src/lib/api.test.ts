import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ApiError, api, apiUrl } from './api.ts';

afterEach(() => vi.unstubAllGlobals());

const answerWith = (body: unknown, init: ResponseInit = {}) =>
  vi.stubGlobal('fetch', async () => Response.json(body, init));

describe('the API client', () => {
  it('leaves out query values that were not given', () => {
    expect(apiUrl('/credentials', { q: '', cursor: undefined, limit: 50, active: false })).toBe(
      '/api/v1/credentials?limit=50&active=false',
    );
  });

  it('throws the problem that the instance described', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Another record has this name',
      status: 409,
      code: 'record.name_taken',
      requestId: 'req_1',
      errors: [{ field: 'name', code: 'taken', message: 'already taken' }],
    };
    answerWith(problem, { status: 409 });
    const error = await api.post('/credentials', {}, z.unknown()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ problem });
  });

  it('throws a problem of its own for an answer that the contract does not know', async () => {
    answerWith({ surprise: true });
    await expect(api.get('/session', z.object({ user: z.string() }))).rejects.toMatchObject({
      problem: { code: 'web.unexpected_answer' },
    });
  });

  it('says that the instance did not answer', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed');
    });
    await expect(api.get('/session', z.unknown())).rejects.toMatchObject({
      problem: { code: 'web.unreachable' },
    });
  });
});
