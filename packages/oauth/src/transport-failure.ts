import type { MidServerFailureCode } from './oauth-error.ts';

/**
 * Thrown by a fetch that knows more than a socket's error code does: what to tell people, and whether any part of the
 * request can have arrived. The message holds no secret.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly code: MidServerFailureCode;
  readonly wasSent: boolean;

  constructor(code: MidServerFailureCode, message: string, wasSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.wasSent = wasSent;
  }
}
