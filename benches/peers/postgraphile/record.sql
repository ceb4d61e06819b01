-- The record as tables that PostGraphile makes a schema of, filled from JSON Lines:
--   psql -v file=FILE -f record.sql
create table actor (
  id int generated always as identity primary key,
  slug text not null unique,
  name text not null,
  kind text not null,
  summary text
);

create table source (
  id int generated always as identity primary key,
  key text not null unique,
  title text not null,
  publisher text,
  kind text not null,
  reliability text not null
);

create table relationship (
  id int primary key,
  from_id int not null references actor,
  to_id int not null references actor,
  kind text not null,
  alignment text not null,
  tier text,
  formality text not null,
  label text,
  summary text,
  confidence text,
  starts text,
  ends text,
  status text not null,
  -- The days on which it can hold, and those on which it surely does.
  possible_from date not null,
  certain_from date not null,
  certain_until date not null,
  possible_until date not null
);

create table area (
  id int generated always as identity primary key,
  relationship_id int not null references relationship,
  domain text not null,
  description text not null
);

create table area_citation (
  id int generated always as identity primary key,
  area_id int not null references area,
  source_id int not null references source,
  locator text
);

create table relationship_citation (
  id int generated always as identity primary key,
  relationship_id int not null references relationship,
  source_id int not null references source,
  locator text
);

-- A relationship seen from each of its ends, with what lists are filtered by.
create table tie (
  actor_id int not null references actor,
  relationship_id int not null references relationship,
  counterpart_id int not null references actor,
  role text not null,
  alignment text not null,
  possible_from date not null,
  possible_until date not null,
  primary key (actor_id, relationship_id)
);

create table note (
  id int primary key,
  headline text not null,
  body text not null,
  as_of date not null,
  author text not null,
  tags text[] not null
);

create table note_actor (
  note_id int not null references note,
  place int not null,
  actor_id int not null references actor,
  as_of date not null,
  primary key (note_id, place)
);

create table note_citation (
  id int generated always as identity primary key,
  note_id int not null references note,
  source_id int not null references source,
  locator text
);

-- The lines, as they are.
create unlogged table line (n int generated always as identity, of jsonb);
\set copy '\\copy line (of) from ' :'file' ' with (format csv, quote e\'\\x01\', delimiter e\'\\x02\')'
:copy

create function first_day(d text) returns date immutable language sql as $$
  select (d || substr('-01-01', length(d) - 3))::date
$$;

create function last_day(d text) returns date immutable language sql as $$
  select case length(d)
    when 10 then d::date
    when 7 then (first_day(d) + interval '1 month' - interval '1 day')::date
    else (d || '-12-31')::date
  end
$$;

insert into actor (slug, name, kind, summary)
  select r ->> 'slug', r ->> 'name', r ->> 'kind', r ->> 'summary'
  from line, lateral (select of -> 1 as r) as record
  where of ->> 0 = 'actors' order by n;

insert into source (key, title, publisher, kind, reliability)
  select r ->> 'key', r ->> 'title', r ->> 'publisher', r ->> 'kind', r ->> 'reliability'
  from line, lateral (select of -> 1 as r) as record
  where of ->> 0 = 'sources' order by n;

insert into relationship
  select n, f.id, t.id, r ->> 'kind', r ->> 'alignment', r ->> 'tier', r ->> 'formality', r ->> 'label',
    r ->> 'summary', r ->> 'confidence', p ->> 'start', p ->> 'end', p ->> 'status',
    first_day(p ->> 'start'), last_day(p ->> 'start'),
    coalesce(first_day(p ->> 'end'), 'infinity'), coalesce(last_day(p ->> 'end'), 'infinity')
  from line, lateral (select of -> 1 as r, of -> 1 -> 'period' as p) as record
  join actor f on f.slug = r ->> 'from' join actor t on t.slug = r ->> 'to'
  where of ->> 0 = 'relationships';

insert into area (relationship_id, domain, description)
  select n, a ->> 'domain', a ->> 'description'
  from line, jsonb_array_elements(of -> 1 -> 'areas') with ordinality as area (a, place)
  where of ->> 0 = 'relationships' order by n, place;

-- Areas were numbered in this order.
insert into area_citation (area_id, source_id, locator)
  select row_number, s.id, c ->> 'locator'
  from (
    select row_number() over (order by n, place), a
    from line, jsonb_array_elements(of -> 1 -> 'areas') with ordinality as area (a, place)
    where of ->> 0 = 'relationships'
  ) as areas, jsonb_array_elements(a -> 'citations') as c
  join source s on s.key = c ->> 'source' order by row_number;

insert into relationship_citation (relationship_id, source_id, locator)
  select n, s.id, c ->> 'locator'
  from line, jsonb_array_elements(of -> 1 -> 'citations') with ordinality as citation (c, place)
  join source s on s.key = c ->> 'source'
  where of ->> 0 = 'relationships' order by n, place;

insert into tie
  select from_id, id, to_id, 'FROM', alignment, possible_from, possible_until from relationship
  union all
  select to_id, id, from_id, 'TO', alignment, possible_from, possible_until from relationship;

insert into note
  select n, r ->> 'headline', r ->> 'body', (r ->> 'asOf')::date, r ->> 'author',
    array(select jsonb_array_elements_text(r -> 'tags'))
  from line, lateral (select of -> 1 as r) as record where of ->> 0 = 'notes';

insert into note_actor
  select n, place, a.id, (of -> 1 ->> 'asOf')::date
  from line, jsonb_array_elements_text(of -> 1 -> 'actors') with ordinality as about (slug, place)
  join actor a on a.slug = about.slug
  where of ->> 0 = 'notes';

insert into note_citation (note_id, source_id, locator)
  select n, s.id, c ->> 'locator'
  from line, jsonb_array_elements(of -> 1 -> 'citations') as c
  join source s on s.key = c ->> 'source'
  where of ->> 0 = 'notes' order by n;

drop table line;
drop function first_day, last_day;

create index on relationship (from_id);
create index on relationship (to_id);
create index on area (relationship_id);
create index on area_citation (area_id);
create index on area_citation (source_id);
create index on relationship_citation (relationship_id);
create index on relationship_citation (source_id);
create index on tie (relationship_id);
create index on tie (counterpart_id);
create index on note_actor (actor_id, as_of desc, note_id desc);
create index on note_citation (note_id);
create index on note_citation (source_id);

-- What of an actor's holds on a day: a field of Actor.
create function actor_ties_on(actor actor, day date = current_date, alignment text[] = null)
returns setof tie stable language sql as $$
  select * from tie
  where tie.actor_id = actor.id and tie.possible_from <= day and tie.possible_until >= day
    and (actor_ties_on.alignment is null or tie.alignment = any (actor_ties_on.alignment))
  order by tie.relationship_id
$$;

-- How much of it has each value: a field of Actor.
create function actor_facets(actor actor, day date = current_date)
returns table (facet text, value text, count int) stable language sql as $$
  with ties as materialized (
    select r.* from actor_ties_on(actor, day) t join relationship r on r.id = t.relationship_id
  )
  select 'kind', kind, count(*)::int from ties group by kind
  union all select 'alignment', alignment, count(*)::int from ties group by alignment
  union all select 'tier', tier, count(*)::int from ties where tier is not null group by tier
  union all select 'formality', formality, count(*)::int from ties group by formality
  union all
  select 'domain', domain, count(distinct relationship_id)::int
  from ties join area on area.relationship_id = ties.id group by domain
$$;

create function relationship_validity(relationship relationship, day date = current_date)
returns text stable language sql as $$
  select case
    when relationship.certain_from <= day and day <= relationship.certain_until then 'CERTAIN'
    when relationship.possible_from <= day and day <= relationship.possible_until then 'POSSIBLE'
    else 'NO'
  end
$$;
