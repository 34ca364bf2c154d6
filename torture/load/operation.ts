/** What a caller asked for; what it was told came of it is in `acked`. */
export type Operation = Common & OperationDetail;

interface Common {
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  /** A 2xx came: from now on it has to be true. Otherwise it may have happened or not. */
  readonly acked: boolean;
  readonly status: number | undefined;
  /** Of a refusal. */
  readonly problem: string | undefined;
  readonly requestId: string | undefined;
}

export type OperationDetail =
  | { kind: 'hand_out'; credentialId: string; accessToken: string; expiresAt: string }
  | { kind: 'refresh'; credentialId: string; version: number }
  | { kind: 'consent'; credentialId: string; code: string }
  | { kind: 'revoke'; credentialId: string; atProvider: boolean }
  | { kind: 'create'; name: string; id: string; replayed: boolean; attempts: number }
  | { kind: 'patch'; credentialId: string; order: number }
  | { kind: 'delete'; credentialId: string }
  /** An admin's action whose effect nothing but the Idempotency-Key keeps from happening twice. */
  | { kind: 'enrolment'; name: string; id: string; replayed: boolean; attempts: number };

export type OperationKind = OperationDetail['kind'];
export type OperationOf<K extends OperationKind> = Common & Extract<OperationDetail, { kind: K }>;

export function ofKind<K extends OperationKind>(operations: readonly Operation[], kind: K): OperationOf<K>[] {
  return operations.filter((operation): operation is OperationOf<K> => operation.kind === kind);
}
