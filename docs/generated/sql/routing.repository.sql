-- Made by `npm run generate` from apps/server/src/modules/routing/routing.repository.ts: change that, not this file.

-- load
select *
from workers;

select *
from worker_queues;

select *
from jobs
where state in ($1, $2, $3)
order by sequence;

select *
from offers
where job_id in (select id
from jobs
where state in ($1, $2, $3))
order by offered_at;

select *
from assignments
where state != $1;

select *
from queue_measures;

select sequence
from jobs
order by sequence desc
limit $1;

-- takeOver
update routing_leader set epoch = epoch + 1 returning epoch::text;

-- job
select *
from jobs
where id = $1;

-- missedOffers
select offers.*, jobs.context
from offers
inner join jobs on jobs.id = offers.job_id
where offers.worker_id = $1
and offers.state = $2
and offers.ended_at > $3
order by offers.ended_at desc
limit $4;

-- wrapUpsOf
select assignments.id as assignment_id, jobs.conversation_id, assignments.worker_id, assignments.disposition_code, assignments.note, assignments.closed_at
from assignments
inner join jobs on jobs.id = assignments.job_id
where jobs.conversation_id in ($1)
and assignments.closed_at is not null
order by assignments.closed_at;

-- medianAnswerMs
select percentile_cont(0.5) within group (
  order by extract(epoch from a.assigned_at - j.enqueued_at) * 1000
)::float8 as median
from assignments a join jobs j on j.id = a.job_id
where a.assigned_at > $1;

-- presenceSince
select id, presence_since
from workers;

-- wrapUpCodes
select code, label
from wrap_up_codes
order by place;

-- putWrapUpCodes
insert into wrap_up_codes (code, label, place)
values ($1, $2, $3)
on conflict (code) do update set label = excluded.label, place = excluded.place;
