import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import type { SessionFacts } from './mid-server.ts';

type Db = Kysely<Database>;

export interface StoredSession {
  readonly id: string;
  readonly midServerId: string;
  readonly instance: string;
  readonly connectedAt: Date;
  readonly heartbeatAt: Date;
  readonly roundTripMs: number | null;
  readonly clockSkewMs: number | null;
  readonly tls: boolean;
}

export async function addSession(db: Db, session: StoredSession): Promise<void> {
  await db.insertInto('mid_sessions').values(toRow(session)).execute();
}

/** All sessions of one instance in one statement: heartbeats must not cost SQL each. */
export async function noteHeartbeats(db: Db, sessions: readonly StoredSession[]): Promise<void> {
  if (sessions.length === 0) return;
  await db
    .insertInto('mid_sessions')
    .values(sessions.map(toRow))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((excluded) => ({
        heartbeat_at: excluded.ref('excluded.heartbeat_at'),
        round_trip_ms: excluded.ref('excluded.round_trip_ms'),
        clock_skew_ms: excluded.ref('excluded.clock_skew_ms'),
      })),
    )
    .execute();
}

export async function endSession(db: Db, id: string): Promise<void> {
  await db.deleteFrom('mid_sessions').where('id', '=', id).execute();
}

/** Whether any instance holds a live one of this MID Server. */
export async function hasSession(db: Db, midServerId: string, heartbeatSince: Date): Promise<boolean> {
  const row = await db
    .selectFrom('mid_sessions')
    .select('id')
    .where('mid_server_id', '=', midServerId)
    .where('heartbeat_at', '>=', heartbeatSince)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What this instance left behind when it died, and what others did long ago. */
export async function removeDeadSessions(db: Db, instance: string, heartbeatBefore: Date): Promise<void> {
  await db
    .deleteFrom('mid_sessions')
    .where((where) =>
      where.or([where('instance', '=', instance), where('heartbeat_at', '<', heartbeatBefore)]),
    )
    .execute();
}

/** Live sessions at other instances, by MID Server. The seam where a call will find the instance to forward to. */
export async function sessionsElsewhere(
  db: Db,
  instance: string,
  heartbeatSince: Date,
): Promise<Map<string, SessionFacts[]>> {
  const rows = await db
    .selectFrom('mid_sessions')
    .selectAll()
    .where('instance', '!=', instance)
    .where('heartbeat_at', '>=', heartbeatSince)
    .execute();
  const facts = rows.map((row) => ({
    midServerId: row.mid_server_id,
    session: {
      instance: row.instance,
      connectedAt: row.connected_at,
      heartbeatAt: row.heartbeat_at,
      roundTripMs: row.round_trip_ms,
      clockSkewMs: row.clock_skew_ms,
      tls: row.tls,
      isDraining: false,
    },
  }));
  const byServer = Map.groupBy(facts, ({ midServerId }) => midServerId);
  return new Map([...byServer].map(([id, all]) => [id, all.map(({ session }) => session)]));
}

/** MID Servers that may take calls and whose live session another instance holds. */
export async function readyElsewhere(db: Db, instance: string, heartbeatSince: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('mid_sessions')
    .innerJoin('mid_servers', 'mid_servers.id', 'mid_sessions.mid_server_id')
    .select('mid_servers.id')
    .distinct()
    .where('instance', '!=', instance)
    .where('heartbeat_at', '>=', heartbeatSince)
    .where('validated_at', 'is not', null)
    .where('paused_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

const toRow = (session: StoredSession) => ({
  id: session.id,
  mid_server_id: session.midServerId,
  instance: session.instance,
  connected_at: session.connectedAt,
  heartbeat_at: session.heartbeatAt,
  round_trip_ms: session.roundTripMs,
  clock_skew_ms: session.clockSkewMs,
  tls: session.tls,
});
