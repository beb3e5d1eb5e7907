create extension if not exists unaccent with schema public;
create extension if not exists pg_trgm with schema public;

-- Lower case, one kind of apostrophe.
create function knowledge_text(input text) returns text
  language sql immutable strict parallel safe
  as $$ select translate(lower(input), '’ʼ‘', '''''''') $$;

create function knowledge_plain(input text) returns text
  language sql immutable strict parallel safe
  as $$ select public.unaccent('public.unaccent'::regdictionary, knowledge_text(input)) $$;

-- Stems with their accents taken off, together with stems of the unaccented text: either alone loses French
-- participles ("remboursée" must find "remboursé", and so must "remboursee").
create function knowledge_vector(config regconfig, input text) returns tsvector
  language sql immutable strict parallel safe
  as $$
    select public.unaccent('public.unaccent'::regdictionary, to_tsvector(config, knowledge_text(input))::text)::tsvector
      || to_tsvector(config, knowledge_plain(input))
  $$;

create function knowledge_config(locale text) returns regconfig
  language sql immutable strict parallel safe
  as $$ select case locale when 'fr' then 'french'::regconfig else 'english'::regconfig end $$;

create table articles (
  id uuid primary key,
  locale text not null check (locale in ('en', 'fr')),
  title text not null,
  body text not null,
  phrasings text not null default '',
  url text,
  state text not null check (state in ('draft', 'published')),
  updated_at timestamptz not null,
  search tsvector not null generated always as (
    setweight(knowledge_vector(knowledge_config(locale), title), 'A')
    || setweight(knowledge_vector(knowledge_config(locale), phrasings), 'B')
    || setweight(knowledge_vector(knowledge_config(locale), body), 'C')
  ) stored
);
create index articles_search on articles using gin (search);
create index articles_listed on articles (locale, title);

-- Every word of the articles as it is spelt, without accents: what a mistyped word is compared with.
create table article_words (
  article_id uuid not null references articles (id) on delete cascade,
  word text not null,
  primary key (article_id, word)
);
create index article_words_spelling on article_words using gin (word public.gin_trgm_ops);

-- Where the bot stands with each conversation.
create table bot_sessions (
  conversation_id uuid primary key,
  failures int not null,
  topic text,
  last_message_id text,
  updated_at timestamptz not null
);
