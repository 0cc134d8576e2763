-- What the policies call, and the few doors through them. Owned by the schema's owner; run again at every migration.

create or replace function viewer_seats() returns int[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('crossdesk.seats', true), ''), '{}')::int[] $$;

-- Without those that another party lent: a delegation's, a child's.
create or replace function viewer_own_seats() returns int[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('crossdesk.own_seats', true), ''), '{}')::int[] $$;

create or replace function viewer_person() returns bigint language sql stable parallel safe as
$$ select nullif(current_setting('crossdesk.person', true), '')::bigint $$;

-- Full-text search under seats. A plain @@ under a policy reads the whole table, because the policy must run first;
-- here the seats are part of the index condition, and they come from the setting only, never from the caller.
drop function if exists search_entries(text, int);
create function search_entries(sought text, at_most int)
returns table (entry_id bigint, rank real) language sql stable security definer set search_path = public as
$$
  select b.entry_id, ts_rank(b.tsv, q)
  from threads_entrybody b, websearch_to_tsquery('english', sought) q
  where b.seats && viewer_seats() and b.tsv @@ q
  order by 2 desc, 1 desc limit at_most
$$;

-- A later reader is given an earlier entry. Seats are only ever added, and the entry that says so is written by the verb.
create or replace function disclose_entries(entries bigint[], readers int[]) returns void
language sql security definer set search_path = public as
$$
  update threads_entry set seats = (select array_agg(distinct s) from unnest(seats || readers) s) where id = any (entries);
  update threads_entrybody set seats = (select array_agg(distinct s) from unnest(seats || readers) s) where entry_id = any (entries);
$$;

-- An audited erasure blanks words and salt, once its own entry stands later in the same chain and names this one. The
-- chain still verifies: it holds only their digest, and with the salt gone nobody can test a guess about the words.
drop function if exists erase_entry_body(bigint);
create or replace function erase_entry_body(entry bigint, reason bigint) returns void
language plpgsql security definer set search_path = public as
$$
begin
  update threads_entrybody set words = '', detail = '{}', salt = '', erased = true
  from threads_entry gone, threads_entry said
  where entry_id = entry and gone.id = entry and said.id = reason and split_part(gone.kind, '.', 2) <> 'erase'
    and split_part(said.kind, '.', 2) = 'erase' and said.facts->'seq' = to_jsonb(gone.seq)
    and said.position > gone.position
    and (said.thread_id, said.audience, said."of") = (gone.thread_id, gone.audience, gone."of");
  if not found then
    raise exception 'Words are erased only after the entry that says why.' using errcode = 'insufficient_privilege';
  end if;
end
$$;

-- Which chains of a thread a viewer may have proved, and how far: to the first anchored length that holds everything
-- they read there. Of what they may not read they are given one digest per entry, which its salt keeps closed.
create or replace function readable_chains(asked uuid) returns table (audience text, "of" bigint, upto int)
language sql stable security definer set search_path = public as
$$
  select r.audience, r."of", coalesce(
    (select min(a.length) from threads_anchoredhead a join threads_chainhead h on h.id = a.head_id
     where h.thread_id = asked and h.audience = r.audience and h."of" = r."of" and a.length >= r.last), r.last)
  from (select e.audience, e."of", max(e.position) as last from threads_entry e
        where e.thread_id = asked and e.seats && viewer_seats() group by 1, 2) r
$$;
create or replace function chain_digests(asked uuid)
returns table (audience text, "of" bigint, "position" int, own bytea)
language sql stable security definer set search_path = public as
$$
  select e.audience, e."of", e.position, e.own from readable_chains(asked) c
  join threads_entry e on e.thread_id = asked and e.audience = c.audience and e."of" = c."of" and e.position <= c.upto
  order by 1, 2, 3
$$;
create or replace function chain_anchors(asked uuid)
returns table (audience text, "of" bigint, length int, anchor int, slot bigint, blind bytea)
language sql stable security definer set search_path = public as
$$
  select c.audience, c."of", a.length, a.anchor_id, a.slot, sha256(s.secret || int8send(a.slot))
  from readable_chains(asked) c
  join threads_chainhead h on h.thread_id = asked and h.audience = c.audience and h."of" = c."of"
  join threads_anchoredhead a on a.head_id = h.id and a.length <= c.upto
  join threads_anchorsecret s on s.anchor_id = a.anchor_id
  order by 1, 2, 3, 4
$$;
create or replace function last_anchored(asked uuid) returns table (at timestamptz, waiting bigint)
language sql stable security definer set search_path = public as
$$
  with held as (select h.audience, h."of", max(a.length) as length, max(a.anchor_id) as anchor
                from threads_chainhead h join threads_anchoredhead a on a.head_id = h.id
                where h.thread_id = asked group by 1, 2)
  select (select n.at from threads_anchor n where n.number = max(held.anchor)),
         count(*) filter (where held.length is null or e.position > held.length)
  from threads_entry e left join held on held.audience = e.audience and held."of" = e."of"
  where e.thread_id = asked and e.seats && viewer_seats()
$$;

create or replace function entries_are_final() returns trigger language plpgsql as
$$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'seats' = to_jsonb(old) - 'seats' and new.seats @> old.seats then
    return new;
  end if;
  raise exception 'A timeline entry is final: it cannot be changed or deleted.' using errcode = 'insufficient_privilege';
end
$$;
create or replace trigger entries_are_final before update or delete on threads_entry
  for each row execute function entries_are_final();

-- Of a body, seats may be added and an erasure may blank it; this holds for the tables' owner as well.
-- Left out: what PostgreSQL generates itself, which a trigger that runs before does not see yet.
create or replace function bodies_are_final() returns trigger language plpgsql as
$$
begin
  if tg_op = 'UPDATE' and new.seats @> old.seats and to_jsonb(new) - '{seats,tsv}'::text[] = to_jsonb(old) - '{seats,tsv}'::text[]
     or tg_op = 'UPDATE' and new.erased and new.words = '' and new.detail = '{}' and new.salt = ''
        and to_jsonb(new) - '{words,detail,salt,erased,tsv}'::text[] = to_jsonb(old) - '{words,detail,salt,erased,tsv}'::text[] then
    return new;
  end if;
  raise exception 'The words of an entry are final: they can only be erased, by an entry that says so.'
    using errcode = 'insufficient_privilege';
end
$$;
create or replace trigger bodies_are_final before update or delete on threads_entrybody
  for each row execute function bodies_are_final();

create or replace function rows_are_final() returns trigger language plpgsql as
$$
begin
  raise exception 'The rows of % are final: they cannot be changed or deleted.', tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
create or replace trigger anchors_are_final before update or delete on threads_anchor
  for each row execute function rows_are_final();
create or replace trigger keys_are_final before update or delete on threads_anchorkey
  for each row execute function rows_are_final();
create or replace trigger secrets_are_final before update or delete on threads_anchorsecret
  for each row execute function rows_are_final();
create or replace trigger leaves_are_final before update or delete on threads_anchoredhead
  for each row execute function rows_are_final();
create or replace trigger entries_are_kept before truncate on threads_entry
  for each statement execute function rows_are_final();
create or replace trigger bodies_are_kept before truncate on threads_entrybody
  for each statement execute function rows_are_final();
create or replace trigger anchors_are_kept before truncate on threads_anchor
  for each statement execute function rows_are_final();
create or replace trigger leaves_are_kept before truncate on threads_anchoredhead
  for each statement execute function rows_are_final();

-- Each function is given by name to those who need it. The login itself, before it takes a role, may call none of ours.
revoke execute on all functions in schema public from crossdesk_app;
revoke execute on function search_entries(text, int), disclose_entries(bigint[], int[]), erase_entry_body(bigint, bigint),
  readable_chains(uuid), chain_digests(uuid), chain_anchors(uuid), last_anchored(uuid) from public, crossdesk_verbs;
grant execute on function viewer_seats() to crossdesk_app, crossdesk_viewer, crossdesk_verbs;
grant execute on function viewer_person() to crossdesk_app, crossdesk_viewer, crossdesk_verbs;
grant execute on function viewer_own_seats() to crossdesk_app, crossdesk_viewer, crossdesk_verbs;
grant execute on function search_entries(text, int), chain_digests(uuid), chain_anchors(uuid), last_anchored(uuid)
  to crossdesk_viewer;
grant execute on function disclose_entries(bigint[], int[]), erase_entry_body(bigint, bigint) to crossdesk_verbs;

-- Articles: whoever signed in has a seat; the market roles are those of the viewer's own organisation, as they are now.
create or replace function viewer_signed_in() returns boolean language sql stable parallel safe as
$$ select cardinality(viewer_seats()) > 0 $$;
create or replace function viewer_market_roles() returns varchar[] language sql stable parallel safe as
$$
  select coalesce(array_agg(distinct r.role), '{}')::varchar[]
  from parties_party p join parties_marketrole r on r.party_id = p.id
  where p.seat_id = any (viewer_own_seats()) and p.closed_at is null
$$;

-- Published articles that hold what is sought, by the three ways in which one is read. Each is bounded before it is
-- ranked: a word that stands everywhere would otherwise rank every row there is.
create or replace function search_articles(sought text, at_most int)
returns table (article_id uuid, rank real) language sql stable security definer set search_path = public as
$$
  with q as materialized (select to_tsquery('english', sought) as q),
  held as (
    (select a.thread_id, a.tsv from knowledge_article a
     where a.everyone and a.state = 'published' and viewer_signed_in() and a.tsv @@ (select q from q) limit 500)
    union all
    (select a.thread_id, a.tsv from knowledge_article a
     where a.state = 'published' and a.seats && viewer_seats() and not a.everyone
       and a.tsv @@ (select q from q) limit 500)
    union all
    (select a.thread_id, a.tsv from knowledge_article a
     where a.audience = 'roles' and a.state = 'published' and a.reaches && viewer_market_roles()
       and not a.seats && viewer_seats() and a.tsv @@ (select q from q) limit 500)
  )
  select held.thread_id, ts_rank(held.tsv, q.q) from held, q order by 2 desc, 1 limit at_most
$$;
revoke execute on function viewer_signed_in(), viewer_market_roles(), search_articles(text, int)
  from public, crossdesk_app, crossdesk_verbs;
grant execute on function viewer_signed_in(), viewer_market_roles() to crossdesk_app, crossdesk_viewer, crossdesk_verbs;
grant execute on function search_articles(text, int) to crossdesk_viewer;
