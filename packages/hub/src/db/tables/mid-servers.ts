import type { ActorRef } from '@lockkeeper/contract';
import type { ColumnType, Generated } from 'kysely';

/** Arrives parsed, leaves as JSON text. */
type ActorColumn = ColumnType<ActorRef, string, string>;

/** Tables of hub/mid-servers; see the migrations for the reasons of columns and indexes. */
export interface MidServersTables {
  mid_identity: {
    only_row: Generated<boolean>;
    instance_id: string;
    public_key: string;
    private_key_sealed: string;
    private_key_version: number;
  };
  mid_servers: {
    id: string;
    name: string;
    signing_key: string;
    sealing_key: string;
    fingerprint: string;
    host: string;
    enrolled_from: string;
    agent_version: string;
    enrolled_at: Date;
    enrolled_by: ActorColumn;
    validated_at: Date | null;
    validated_by: ColumnType<ActorRef | null, string | null, string | null>;
    paused_at: Date | null;
    rekey_requested_at: Date | null;
    last_heartbeat_at: Date | null;
  };
  mid_enrolment_tokens: {
    id: string;
    token_hash: Buffer;
    name: string | null;
    created_at: Date;
    created_by: ActorColumn;
    expires_at: Date;
    used_at: Date | null;
    mid_server_id: string | null;
  };
  mid_sessions: {
    id: string;
    mid_server_id: string;
    instance: string;
    connected_at: Date;
    heartbeat_at: Date;
    round_trip_ms: number | null;
    clock_skew_ms: number | null;
    tls: boolean;
  };
}
