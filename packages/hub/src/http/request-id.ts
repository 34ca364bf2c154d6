import { randomBytes } from 'node:crypto';

/** Ours alone: an id that a client sends could forge log lines. */
export function newRequestId(): string {
  return `req_${randomBytes(16).toString('hex')}`;
}
