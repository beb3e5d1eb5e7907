-- Made by `npm run generate` from apps/server/src/modules/queues/queues.repository.ts: change that, not this file.

-- list
select *
from queues
order by place;

select *
from queue_members
order by place;

-- lock
select *
from queues
where id = $1
for update;

select *
from queue_members
order by place;

-- save
insert into queues (id, place, name, channels, routing_method, agent_alert_time_ms, wrap_up_ms, chat_wrap_up_ms, presence_routing, overflow_threshold, timeout_ms, no_agents_policy, chat_topics, is_default_for_chat)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (id) do update set place = $15, name = $16, channels = $17, routing_method = $18, agent_alert_time_ms = $19, wrap_up_ms = $20, chat_wrap_up_ms = $21, presence_routing = $22, overflow_threshold = $23, timeout_ms = $24, no_agents_policy = $25, chat_topics = $26, is_default_for_chat = $27;

delete from queue_members
where queue_id = $1;

insert into queue_members (queue_id, worker_id, place)
values ($1, $2, $3);
