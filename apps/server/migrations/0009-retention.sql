-- Each file is looked at once, a day after its upload: one that no message carries is removed, any other stays.
alter table files add column checked_at timestamptz;
create index files_unchecked on files (created_at) where checked_at is null and deleted_at is null;
