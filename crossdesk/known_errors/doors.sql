-- Finding known errors as the viewer. Seats come from the setting only; 0 among a row's seats stands for every party.
-- Ids are returned, and the rows are read again under their policy.
drop function if exists search_known_errors(text, int);
create function search_known_errors(sought text, at_most int)
returns table (known_error uuid, rank real) language sql stable security definer set search_path = public as
$$
  select k.thread_id, ts_rank(k.tsv, q) from known_errors_knownerror k, websearch_to_tsquery('english', sought) q
  where viewer_seats() <> '{}' and k.seats && (viewer_seats() || 0) and k.state in ('published', 'fixed') and k.tsv @@ q
  order by 2 desc, 1 limit at_most
$$;

-- What a new case may be about. Of the words, those of the title and those it goes by are counted; the rarer kinds of
-- sign weigh more. A sign that is a reference is the desk's, so it finds nothing for anybody else.
drop function if exists likely_known_errors(text, text[], text[], text[], text[], int);
create function likely_known_errors(
  said text, systems text[], interfaces text[], codes text[], signs text[], at_most int)
returns table (known_error uuid, by_sign int, by_code text[], by_interface text[], by_system text[], by_words int, score real)
language sql stable security definer set search_path = public as
$$
  with asked as materialized (
    select viewer_seats() || 0 as seats, coalesce(tsvector_to_array(v), '{}') as lexemes,
           (select string_agg('''' || replace(replace(l, '\', '\\'), '''', '''''') || '''', ' | ')
            from unnest(tsvector_to_array(v)) l)::tsquery as any_word
    from to_tsvector('english', said) v
    where viewer_seats() <> '{}'
  ),
  signed as materialized (
    select s.known_error_id, count(*)::int as number from known_errors_sign s, asked
    where s.value = any (signs) and s.seats && viewer_seats() group by 1
  ),
  hit as (
    select s.known_error_id as id from signed s
    union
    (select k.thread_id from known_errors_knownerror k, asked
     where k.seats && asked.seats and k.state in ('published', 'fixed') and k.codes && $4 limit 200)
    union
    (select k.thread_id from known_errors_knownerror k, asked
     where k.seats && asked.seats and k.state in ('published', 'fixed') and k.interfaces && $3
     order by k.systems && $2 desc, k.state desc, k.changed_at desc limit 200)
    union
    (select k.thread_id from known_errors_knownerror k, asked
     where k.seats && asked.seats and k.state in ('published', 'fixed') and k.tsv @@ asked.any_word
     order by ts_rank(k.tsv, asked.any_word) desc limit 100)
  ),
  weighed as (
    select k.thread_id, k.state, k.changed_at, coalesce(s.number, 0) as by_sign,
      array(select unnest(k.codes) intersect select unnest($4)) as by_code,
      array(select unnest(k.interfaces) intersect select unnest($3)) as by_interface,
      array(select unnest(k.systems) intersect select unnest($2)) as by_system,
      cardinality(array(select unnest(tsvector_to_array(ts_filter(k.tsv, '{a}'))) intersect select unnest(asked.lexemes))) as by_words
    from hit join known_errors_knownerror k on k.thread_id = hit.id
    left join signed s on s.known_error_id = k.thread_id, asked
    where k.seats && asked.seats and k.state in ('published', 'fixed')
  ),
  scored as (
    select w.*, (8 * least(w.by_sign, 2) + 4 * cardinality(w.by_code) + 2 * cardinality(w.by_interface)
      + least(cardinality(w.by_system), 1) + 0.7 * least(w.by_words, 6))::real as score
    from weighed w
  )
  select thread_id, by_sign, by_code, by_interface, by_system, by_words, score from scored
  where score >= 3 order by score desc, state desc, changed_at desc, thread_id limit at_most
$$;

revoke execute on function search_known_errors(text, int),
  likely_known_errors(text, text[], text[], text[], text[], int) from public, crossdesk_app, crossdesk_verbs;
grant execute on function search_known_errors(text, int),
  likely_known_errors(text, text[], text[], text[], text[], int) to crossdesk_viewer;
