-- What the policies call, and the few doors through them. Owned by the schema's owner; run again at every migration.

create or replace function viewer_seats() returns int[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('crossdesk.seats', true), ''), '{}')::int[] $$;

-- Without those that another party lent: a delegation's, a child's.
create or replace function viewer_own_seats() returns int[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('crossdesk.own_seats', true), ''), '{}')::int[] $$;

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

-- An audited erasure blanks words and salt; the chain still verifies, because it holds only their digest.
create or replace function erase_entry_body(entry bigint) returns void
language sql security definer set search_path = public as
$$ update threads_entrybody set words = '', detail = '{}', salt = '', erased = true where entry_id = entry $$;

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

revoke execute on function disclose_entries(bigint[], int[]) from public;
revoke execute on function erase_entry_body(bigint) from public;
grant execute on function viewer_seats() to crossdesk_app, crossdesk_viewer, crossdesk_verbs;
grant execute on function viewer_own_seats() to crossdesk_app, crossdesk_viewer, crossdesk_verbs;
grant execute on function search_entries(text, int) to crossdesk_viewer;
