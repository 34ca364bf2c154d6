import type { Migration } from '../db/migration.ts';

export const discovery: Migration = {
  number: 7,
  name: 'discovery',
  sql: `
    -- One reading of everything a tool's account can reach. The row is also the job: whoever holds its lease works on
    -- it, and every page is kept together with the checkpoint after it, so that a run goes on where it stopped.
    create table discovery_runs (
      id text primary key,
      tool_id text not null references tools (id) on delete cascade,
      state text not null check (state in
        ('queued', 'running', 'throttled', 'paused', 'succeeded', 'failed', 'cancelled')),
      started_by jsonb not null,
      created_at timestamptz not null,
      started_at timestamptz,
      finished_at timestamptz,
      -- not before this moment: the end of a 429, or the back-off after a failure
      resume_at timestamptz,
      -- the vendor's own note on which page comes next
      checkpoint jsonb,
      -- whether the list of workspaces was read to its end: only then can one be gone
      workspaces_complete boolean not null default false,
      calls integer not null default 0,
      found integer not null default 0,
      added integer not null default 0,
      changed integer not null default 0,
      gone integer not null default 0,
      resumptions integer not null default 0,
      -- attempts since the last page that was kept
      failures integer not null default 0,
      -- a person confirmed that more than a tenth is really gone
      accept_gone boolean not null default false,
      problem jsonb,
      -- the fence: a write with another token changes nothing
      lease_token uuid,
      lease_until timestamptz
    );
    -- at most one run of a tool at a time
    create unique index discovery_runs_one_active on discovery_runs (tool_id)
      where state in ('queued', 'running', 'throttled', 'paused');
    -- what a worker looks for every few seconds
    create index discovery_runs_due on discovery_runs (created_at)
      where state in ('queued', 'running', 'throttled');
    -- the history of a tool, newest first
    create index discovery_runs_history on discovery_runs (tool_id, id desc);

    -- Progress of a run in each workspace, in the order in which they are read.
    create table discovery_run_workspaces (
      run_id text not null references discovery_runs (id) on delete cascade,
      external_id text not null,
      position integer not null,
      slug text not null,
      state text not null check (state in ('waiting', 'reading', 'read', 'failed')),
      projects integer not null default 0,
      repositories integer not null default 0,
      expected_projects integer,
      expected_repositories integer,
      projects_complete boolean not null default false,
      repositories_complete boolean not null default false,
      page integer not null default 0,
      error text,
      primary key (run_id, external_id)
    );

    -- What exists at the tool. Keyed by the vendor's unchangeable id, never by a name; what vanished stays as a
    -- tombstone (gone_at). choice is a person's tick box.
    create table workspaces (
      id text primary key,
      tool_id text not null references tools (id) on delete cascade,
      external_id text not null,
      slug text not null,
      name text,
      administrator boolean not null,
      choice text check (choice in ('include', 'exclude')),
      first_seen_at timestamptz not null,
      seen_run_id text,
      gone_at timestamptz,
      unique (tool_id, external_id)
    );

    create table projects (
      id text primary key,
      tool_id text not null references tools (id) on delete cascade,
      workspace_id text not null references workspaces (id) on delete cascade,
      external_id text not null,
      key text not null,
      name text not null,
      private boolean not null,
      web_url text,
      choice text check (choice in ('include', 'exclude')),
      first_seen_at timestamptz not null,
      seen_run_id text,
      gone_at timestamptz,
      unique (tool_id, external_id)
    );
    create index projects_workspace on projects (workspace_id);

    create table repositories (
      id text primary key,
      tool_id text not null references tools (id) on delete cascade,
      workspace_id text not null references workspaces (id) on delete cascade,
      project_id text references projects (id) on delete set null,
      external_id text not null,
      slug text not null,
      -- workspace/repository, stored because lists are ordered and searched by it
      full_name text not null,
      name text not null,
      description text not null,
      private boolean not null,
      main_branch text,
      language text,
      size_bytes bigint,
      web_url text,
      -- at the tool; where it does not tell, when we first saw it
      updated_at timestamptz not null,
      choice text check (choice in ('include', 'exclude')),
      -- the decision and its reason, kept up to date by whatever changes choice or patterns
      tracked boolean not null default false,
      tracking_reason text not null,
      first_seen_at timestamptz not null,
      seen_run_id text,
      gone_at timestamptz,
      unique (tool_id, external_id)
    );
    create index repositories_project on repositories (project_id);
    -- counts and the tree of one workspace
    create index repositories_workspace on repositories (workspace_id, tracked);
    create index repositories_tool on repositories (tool_id, tracked) where gone_at is null;
    -- the orders a list can have; the id breaks ties
    create index repositories_full_name on repositories (full_name, id);
    create index repositories_name on repositories (name, id);
    create index repositories_updated on repositories (updated_at, id);
  `,
};
