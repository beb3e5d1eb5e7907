-- Made by `npm run generate` from apps/server/src/platform/outbox/retention.ts: change that, not this file.

-- batch
with oldest as (
  select txid, position from outbox
  order by txid, position
  limit $1
)
delete from outbox o using oldest
where (o.txid, o.position) = (oldest.txid, oldest.position)
  and o.occurred_at < $2
  and exists (select 1 from outbox_cursors)
  and not exists (select 1 from outbox_cursors c where (c.txid, c.position) < (o.txid, o.position));
