import type { ActorRef, SecretUseKind } from '@lockkeeper/contract';
import { z } from 'zod';
import type { AuditDraft } from './audit-entry.ts';

/**
 * The action of an audit entry that stands for many uses: one for each credential, actor and kind in a batch of at most
 * a second. The hot path counts in memory and writes these later; see design, "Use is audited in batches".
 */
export const CREDENTIAL_USED = 'credential.used';

/** What such an entry holds as `after`. */
export const credentialUses = z.object({
  kind: z.enum(['called', 'handed_out', 'granted']),
  count: z.int().min(1),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** Through which the calls went. */
  midServer: z.object({ id: z.string(), name: z.string() }).optional(),
});

export interface CredentialUses {
  credential: { id: string; name: string };
  actor: ActorRef;
  kind: z.infer<typeof credentialUses>['kind'];
  midServer?: { id: string; name: string } | undefined;
  count: number;
  firstAt: Date;
  lastAt: Date;
}

/** The entry that a batch writes; anything else would be missing in "which secrets were used, by whom". */
export function credentialUsed({
  credential,
  actor,
  kind,
  count,
  firstAt,
  lastAt,
  midServer,
}: CredentialUses): AuditDraft {
  const through = midServer === undefined ? '' : ` through the MID Server ${midServer.name}`;
  return {
    actor,
    action: CREDENTIAL_USED,
    subject: { type: 'credential', id: credential.id, name: credential.name },
    summary: `${words[kind]} ${credential.name}${through}${count === 1 ? '' : `, ${count} times`}`,
    after: {
      kind,
      count,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
      ...(midServer === undefined ? {} : { midServer }),
    },
  };
}

const words = {
  called: 'called a tool with',
  handed_out: 'was handed out the token of',
  granted: 'was given, sealed, the token of',
} as const;

/**
 * Entries that stand for one use each. What failed counts too, whatever its outcome, because the client secret left the
 * instance all the same; an entry whose `after` says `secretSent: false` failed before that.
 */
export const singleUses: Readonly<Record<string, SecretUseKind>> = {
  'token.handed_out': 'handed_out',
  'token.granted': 'granted',
  'token.refreshed': 'refreshed',
  'token.refresh_failed': 'refreshed',
  'token.uncertain': 'refreshed',
  'token.needs_authorization': 'refreshed',
  'token.consented': 'consented',
  'token.consent_failed': 'consented',
  'token.obtained': 'obtained',
  'token.obtain_failed': 'obtained',
  // Of a registry: its client secret is what is used.
  'application-registry.validated': 'validated',
  'token.revoked': 'revoked',
};
