-- Made by `npm run generate` from apps/server/src/modules/bots/articles.repository.ts: change that, not this file.

-- list
select id, locale, title, body, phrasings, url, state, updated_at
from articles
where locale = $1
and knowledge_plain(title || ' ' || phrasings || ' ' || body) like knowledge_plain($2)
order by locale, title
limit $3;

-- find
select id, locale, title, body, phrasings, url, state, updated_at
from articles
where id = $1;

-- insert
insert into articles (id, locale, title, body, phrasings, url, state, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

delete from article_words
where article_id = $1;

insert into article_words (article_id, word)
select distinct a.id, w
from articles a,
  regexp_split_to_table(knowledge_plain(a.title || ' ' || a.phrasings || ' ' || a.body), '[^[:alnum:]]+') w
where a.id = $1 and length(w) between 3 and 40;

-- replace
update articles
set locale = $1, title = $2, body = $3, phrasings = $4, url = $5, state = $6, updated_at = $7
where id = $8;

delete from article_words
where article_id = $1;

insert into article_words (article_id, word)
select distinct a.id, w
from articles a,
  regexp_split_to_table(knowledge_plain(a.title || ' ' || a.phrasings || ' ' || a.body), '[^[:alnum:]]+') w
where a.id = $1 and length(w) between 3 and 40;

-- remove
delete from articles
where id = $1;

-- count
select count(*) as count
from articles;

-- lex
with given as (
  select ord, word, tsvector_to_array(knowledge_vector(knowledge_config($1), word)) as lexemes
  from unnest($2::text[]) with ordinality as w(word, ord)
)
select g.word, g.lexemes, (
  select count(*)::int from articles a
  where a.state = 'published' and a.locale = $3
    and a.search @@ (select string_agg(quote_literal(l), ' | ') from unnest(g.lexemes) l)::tsquery
) as frequency, (
  select count(*)::int from articles a where a.state = 'published' and a.locale = $4
) as published
from given g
where cardinality(g.lexemes) > 0
order by g.ord;

-- spellings
select distinct w.word, public.similarity(w.word, knowledge_plain($1)) as likeness
from article_words w
join articles a on a.id = w.article_id
where a.locale = $2 and a.state = 'published'
  and public.similarity(w.word, knowledge_plain($3)) > 0.18
order by likeness desc
limit $4;

-- candidates
with asked as (
  select * from json_to_recordset($1::json) as q(index int, title text, phrasings text, body text)
)
select a.id, a.locale, a.title, a.body, a.phrasings, a.url, a.state, a.updated_at,
  ts_rank_cd(a.search, $2::tsquery, 32) as rank,
  (
    select json_agg(json_build_array(q.index, a.search @@ q.title::tsquery, a.search @@ q.phrasings::tsquery,
      a.search @@ q.body::tsquery))
    from asked q
  ) as places
from articles a
where a.locale = $3 and a.state = 'published' and a.search @@ $4::tsquery
order by rank desc
limit $5;
