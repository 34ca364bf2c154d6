import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ApiError, api, apiUrl } from './api.ts';
import { onSignedOut, onStepUp } from './shell-requests.ts';

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

  describe('when the instance wants proof of who it is', () => {
    const stepUp = {
      type: 'about:blank',
      title: 'x',
      status: 403,
      code: 'access.step_up_required',
      requestId: 'r',
    };
    const answers = (...bodies: unknown[]) => {
      const sent = vi.fn(async () => {
        const body = bodies.shift();
        return Response.json(body, { status: body === stepUp ? 403 : 200 });
      });
      vi.stubGlobal('fetch', sent);
      return sent;
    };

    it('repeats the request once after the person proved it', async () => {
      vi.stubGlobal('window', new EventTarget());
      const sent = answers(stepUp, { done: true });
      const stop = onStepUp((answer) => answer(true));
      await expect(api.patch('/x', { url: 'y' }, z.unknown())).resolves.toEqual({ done: true });
      expect(sent).toHaveBeenCalledTimes(2);
      stop();
    });

    it('tells the refusal when the person does not want to, or nothing can ask', async () => {
      vi.stubGlobal('window', new EventTarget());
      const sent = answers(stepUp, stepUp);
      const stop = onStepUp((answer) => answer(false));
      await expect(api.patch('/x', {}, z.unknown())).rejects.toMatchObject({ problem: stepUp });
      stop();
      await expect(api.patch('/x', {}, z.unknown())).rejects.toMatchObject({ problem: stepUp });
      expect(sent).toHaveBeenCalledTimes(2);
    });
  });

  it('announces that nobody is signed in any more, except where that is the question', async () => {
    vi.stubGlobal('window', new EventTarget());
    const heard = vi.fn();
    const stop = onSignedOut(heard);
    answerWith({}, { status: 401 });
    await api.get('/session', z.unknown()).catch(() => undefined);
    expect(heard).not.toHaveBeenCalled();
    await api.get('/credentials', z.unknown()).catch(() => undefined);
    expect(heard).toHaveBeenCalledOnce();
    stop();
  });
});
