import { Secret } from '@lockkeeper/vault';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { newSigningSecret, signatureHeader } from './signing-secret.ts';

test('signs as the reference implementation does', () => {
  // The example of its own tests.
  const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const content = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  expect(signatureHeader(content, [secret])).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('what it signs with a new secret, the reference implementation accepts', () => {
  const [secret, other] = [newSigningSecret(), newSigningSecret()];
  const timestamp = Math.floor(Date.now() / 1000);
  const body = '{"type":"token.revoked","data":{"credential":{"name":"Zoë 🔑"}}}';
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureHeader({ id: 'evt_1', timestamp, body }, [other, secret]),
  };
  expect(new Webhook(secret.reveal()).verify(body, headers)).toMatchObject({ type: 'token.revoked' });
  expect(new Webhook(other.reveal()).verify(body, headers)).toMatchObject({ type: 'token.revoked' });
  expect(() => new Webhook(newSigningSecret().reveal()).verify(body, headers)).toThrow();
  expect(() => new Webhook(secret.reveal()).verify(`${body} `, headers)).toThrow();
});
