import type { Generated } from 'kysely';
import type { Json } from './json.ts';

/** Tables of hub/event-subscriptions; see the migrations for the reasons of columns and indexes. */
export interface EventSubscriptionsTables {
  event_subscriptions: EventSubscriptionsTable;
  outbound_events: OutboundEventsTable;
  event_deliveries: EventDeliveriesTable;
}

interface EventSubscriptionsTable {
  id: string;
  name: string;
  url: string;
  event_types: string[];
  active: boolean;
  comments: string;
  secret_sealed: string;
  secret_version: number;
  secret_stored_at: Date;
  former_secret_sealed: string | null;
  former_secret_version: number | null;
  former_secret_until: Date | null;
  failing_since: Date | null;
  disabled_reason: 'gone' | 'failing' | null;
  disabled_at: Date | null;
  created_at: Date;
  created_by: Json;
  updated_at: Date;
  version: Generated<number>;
}

interface OutboundEventsTable {
  id: string;
  type: string;
  at: Date;
  message: string;
}

interface EventDeliveriesTable {
  id: string;
  event_id: string;
  subscription_id: string;
  state: Generated<'pending' | 'delivered' | 'failed'>;
  attempts: Generated<number>;
  attempts_in_schedule: Generated<number>;
  next_attempt_at: Date | null;
  lease_id: string | null;
  lease_until: Date | null;
  last_attempt_at: Date | null;
  last_status: number | null;
  last_error: string | null;
  last_body: string | null;
  last_took_ms: number | null;
}
