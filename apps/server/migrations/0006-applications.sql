-- Voice applications as designers draw them; every version is kept, for calls that began with it.
create table applications (
  id uuid primary key,
  version int not null,
  is_default boolean not null,
  updated_at timestamptz not null
);
create unique index applications_default on applications (is_default) where is_default;

create table application_versions (
  application_id uuid not null references applications on delete cascade,
  version int not null,
  document jsonb not null,
  created_at timestamptz not null,
  primary key (application_id, version)
);

-- Where each caller is in an application: the interpreter's state, written with every step.
create table application_runs (
  call_id uuid primary key,
  run jsonb not null,
  -- The documents of this instant serve the call to its end.
  started_at timestamptz not null,
  updated_at timestamptz not null
);
