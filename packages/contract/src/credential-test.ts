import { z } from 'zod';
import { dateTime } from './field.ts';
import { credentialId, midServerId } from './id.ts';
import { providerAnswer } from './provider-answer.ts';

/** POST /credentials/{id}/test */
export const credentialTest = z.strictObject({
  /** Through this MID Server; without it, the way that each tool goes. */
  midServerId: midServerId.optional(),
  /** Also refresh the token now, although it may be good for a while. Without it, only what is known is judged. */
  refresh: z.boolean().default(false),
});
export type CredentialTest = z.infer<typeof credentialTest>;

/** One thing a credential needs, in the order in which it is needed. */
export const credentialTestStep = z.object({
  /** `tool` may be there several times: once for each tool that uses the credential. */
  step: z.enum(['registry', 'client', 'token', 'refresh', 'tool']),
  title: z.string(),
  /** `not_checked`: it could not be tried, or only with harm. */
  result: z.enum(['passed', 'warning', 'failed', 'not_checked']),
  explanation: z.string(),
  /** The exact things to change. */
  remedy: z.array(z.string()),
  /** Where here. */
  link: z.object({ label: z.string(), path: z.string() }).nullable(),
  answer: providerAnswer.nullable(),
  /** When the answer came: now, or with the last attempt. */
  answeredAt: dateTime.nullable(),
});
export type CredentialTestStep = z.infer<typeof credentialTestStep>;

export const credentialTestReport = z.object({
  credentialId,
  testedAt: dateTime,
  /** That of the worst step. */
  outcome: z.enum(['passed', 'warning', 'failed']),
  steps: z.array(credentialTestStep),
});
export type CredentialTestReport = z.infer<typeof credentialTestReport>;
