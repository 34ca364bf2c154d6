import { Secret } from '@lockkeeper/vault';
import { expect, it } from 'vitest';
import { createLogger } from './log.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } }));
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

it('OA-20: prints no secret, neither a Secret nor what stands under the name of one', () => {
  const line = logged((logger) =>
    logger.info({
      wrapped: new Secret('canary-wrapped'),
      password: 'canary-password',
      body: { clientSecret: 'canary-client-secret', accessToken: 'canary-access-token' },
      headers: { authorization: 'Bearer canary', cookie: 'canary' },
    }),
  );
  expect(line).not.toContain('canary');
  expect(JSON.parse(line)).toMatchObject({ wrapped: '[secret]', password: '[secret]', level: 'info' });
});

it('keeps what explains an error: its code and the chain of its causes', () => {
  const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  const line = logged((logger) => logger.error({ err: new Error('no token', { cause }) }, 'failed'));
  expect(line).toContain('connection refused');
  const coded = logged((logger) => logger.error({ err: cause }, 'failed'));
  expect(JSON.parse(coded).err.code).toBe('ECONNREFUSED');
});

it('WB-11: line breaks and terminal escapes arrive escaped, one line each', () => {
  const line = logged((logger) => logger.info({ name: 'a\r\n{"level":"fake"}\u001b[2J\u0000' }, 'b\nc'));
  expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(line).name).toBe('a\r\n{"level":"fake"}\u001b[2J\u0000');
});
