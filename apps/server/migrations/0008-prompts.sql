-- Sounds that prompts and music of voice applications name; their bytes lie in the storage under `storage_key`,
-- a new one for each upload.
create table prompts (
  id uuid primary key,
  name text not null,
  language text check (language in ('en', 'fr')),
  storage_key text not null unique,
  duration_ms int not null check (duration_ms > 0),
  size_bytes int not null check (size_bytes > 0),
  uploaded_by text not null,
  uploader_raw_id text not null,
  uploaded_at timestamptz not null
);
