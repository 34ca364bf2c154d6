import type { Migration } from '../db/migration.ts';
import { bindSealedColumn } from '../db/sealed-column.ts';

/** Events told to receivers of the customer's own: who wants which, what is to be told, and how far it got. */
export const eventSubscriptions: Migration = {
  number: 14,
  name: 'event-subscriptions',
  sql: `
    create table event_subscriptions (
      id text primary key,
      name text not null,
      url text not null,
      -- Empty: every type.
      event_types text[] not null,
      active boolean not null,
      comments text not null,
      secret_sealed text not null,
      secret_version integer not null,
      secret_stored_at timestamptz not null,
      -- Signs beside the current one for a while after a rotation, so that receivers need not change at that moment.
      former_secret_sealed text,
      former_secret_version integer,
      former_secret_until timestamptz,
      failing_since timestamptz,
      disabled_reason text check (disabled_reason in ('gone', 'failing')),
      disabled_at timestamptz,
      created_at timestamptz not null,
      created_by jsonb not null,
      updated_at timestamptz not null,
      version integer not null default 1,
      check ((former_secret_sealed is null) = (former_secret_until is null)),
      check ((former_secret_sealed is null) = (former_secret_version is null)),
      check ((disabled_reason is null) = (disabled_at is null)),
      check (disabled_reason is null or not active)
    );
    create unique index event_subscriptions_name on event_subscriptions (lower(name));
    ${bindSealedColumn('event_subscriptions', 'secret_sealed')}
    ${bindSealedColumn('event_subscriptions', 'former_secret_sealed')}

    -- Written by the transaction whose change it tells, and only when somebody wants to know.
    create table outbound_events (
      id text primary key,
      type text not null,
      at timestamptz not null,
      -- The bytes that are sent and signed; jsonb would give back others.
      message text not null
    );
    -- What is kept long enough goes.
    create index outbound_events_at on outbound_events (at);

    create table event_deliveries (
      id text primary key,
      event_id text not null references outbound_events on delete cascade,
      subscription_id text not null references event_subscriptions on delete cascade,
      state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
      attempts integer not null default 0,
      -- How many of them count for the schedule of retries: a retry that a person asked for starts it anew.
      attempts_in_schedule integer not null default 0,
      next_attempt_at timestamptz,
      -- Whoever sends it now, and until when nobody else may.
      lease_id text,
      lease_until timestamptz,
      last_attempt_at timestamptz,
      last_status integer,
      last_error text,
      last_body text,
      last_took_ms integer,
      check ((state = 'pending') = (next_attempt_at is not null)),
      check ((lease_id is null) = (lease_until is null))
    );
    -- What is due, for each subscription by itself, so that one with many waiting hides no other.
    create index event_deliveries_due on event_deliveries (subscription_id, next_attempt_at) where state = 'pending';
    -- The list of a subscription, newest first.
    create index event_deliveries_subscription on event_deliveries (subscription_id, id);
    create index event_deliveries_event on event_deliveries (event_id);
  `,
};
