-- Lines to the telephone network. `sealed_password` can be read with the server's own key alone.
create table trunks (
  id uuid primary key,
  name text not null,
  settings jsonb not null,
  sealed_password text
);

-- What is dialled to reach us, and where it leads.
create table phone_numbers (
  number text primary key,
  name text not null,
  target jsonb not null
);

-- Desk phones. Of a password only what digest authentication needs is kept (RFC 7616 §3.4.2, H(A1)).
create table devices (
  id uuid primary key,
  username text not null unique,
  name text not null,
  worker_id uuid not null,
  ha1_md5 text not null,
  ha1_sha256 text not null,
  created_at timestamptz not null
);
create index devices_worker on devices (worker_id);
