import {
  actorRef,
  applicationRegistryId,
  publicJwk,
  type SigningKey as SigningKeyView,
  signingKeyId,
} from '@lockkeeper/contract';
import type { Selectable } from 'kysely';
import type { ApplicationsTables } from '../db/tables/applications.ts';

export type SigningKeyRow = Selectable<ApplicationsTables['signing_keys']>;

/** A key pair as it is stored: what is published, and where the sealed private key lies. */
export interface StoredSigningKey extends Omit<SigningKeyView, 'signs'> {
  readonly privateKeySealed: string;
  readonly privateKeyVersion: number;
}

export function privateKeyPlace(keyId: string, version: number) {
  return { table: 'signing_keys', rowId: keyId, column: 'private_key', version } as const;
}

export function signingKeyOf(row: SigningKeyRow): StoredSigningKey {
  return {
    id: signingKeyId.parse(row.id),
    applicationRegistryId: applicationRegistryId.parse(row.application_registry_id),
    kid: row.kid,
    algorithm: row.algorithm,
    origin: row.origin,
    publicJwk: publicJwk.parse(row.public_jwk),
    privateKeySealed: row.private_key_sealed,
    privateKeyVersion: row.private_key_version,
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
  };
}

/** In the order in which they sign: the first one does now. */
export function signingKeyViews(keys: readonly StoredSigningKey[]): SigningKeyView[] {
  return keys.map(({ privateKeySealed: _sealed, privateKeyVersion: _version, ...told }, index) => ({
    ...told,
    signs: index === 0,
  }));
}
