-- Made by `npm run generate` from apps/server/src/platform/outbox/consumer.ts: change that, not this file.

-- follow
select txid::text, position::text from outbox_cursors where consumer = $1;

with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as txid)
select h.txid::text as horizon, o.*
from horizon h left join lateral (
  select txid::text, position::text, id, name, version, occurred_at, causation_id, payload
  from outbox
  where (txid, position) > ($1::xid8, $2::bigint)
    and txid < h.txid
    and name = any($3)
  order by outbox.txid, outbox.position
  limit $4
) o on true
order by o.txid::xid8, o.position::bigint;

insert into outbox_cursors (consumer, txid, position)
values ($1, $2::xid8, $3::bigint)
on conflict (consumer) do update set txid = excluded.txid, position = excluded.position;
