-- Whom a job is offered first, for a while: worker, until when, and the work it goes beside.
alter table jobs add column preference jsonb;
