insert into parties_seat (id, kind, label) select n, 'party', 'Party ' || n from generate_series(1, current_setting('bench.parties')::int) n;
insert into parties_seat (id, kind, label) select 100000 + n, 'desk', 'Desk ' || n from generate_series(1, 20) n;
insert into parties_party (id, name, short_name, seat_id, central, demonstration, second_factor)
select n, 'Party ' || n, 'P' || n, n, n <= 20, true, false from generate_series(1, current_setting('bench.parties')::int) n;
insert into desks_desk (id, rule, name, owner_id, provider_id, kind, home, seat_id, address, telephone, hours)
select n, 'elexon', 'Desk ' || n, n, n, 'service', 'hosted', 100000 + n, '', '', '' from generate_series(1, 20) n;
create temporary table one as
select n, gen_random_uuid() as id, 1 + n % current_setting('bench.parties')::int as raiser,
       case when n % 3 = 0 then 2 + n % 19 else 1 end as desk, n % 10 >= 3 as closed, 1 + n % 4 as priority,
       timestamptz '2026-11-23 09:00+00' - n * interval '1 minute' as at
from generate_series(1, current_setting('bench.cases')::int) n;
insert into threads_thread (seats, id, kind, length)
select array[raiser, 100000 + desk], id, 'case', 2 from one;
insert into cases_case (seats, thread_id, reference, journey, kind, summary, query_type, system, scenario, stage, outcome, priority,
  raiser_id, owner_id, raised_at, triaged_at, assigned_at, resolved_at, closed_at, changed_at, bounces, edition)
select array[raiser, 100000 + desk], id, 'CP-' || lpad(upper(to_hex(n)), 8, '0'), id, 'incident',
  'IF-036 confirmations missing after the load of night ' || n, 'missing-mpan-data', 'DIP', '',
  case when closed then 'closed' when n % 2 = 0 then 'triage' else 'assigned' end, case when closed then 'fixed' else '' end,
  priority, raiser, desk, at, at, at, case when closed then at end, case when closed then at end, at, 0, '' from one;
insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at, recorded_at, facts, body_digest, own, digest)
select array[raiser, 100000 + desk], id, 1, 'raiser', 0, 1, 'case.raised', at, at, '{}', decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex') from one;
insert into threads_entry (seats, thread_id, seq, audience, "of", position, kind, happened_at, recorded_at, facts, body_digest, own, digest)
select array[100000 + desk], id, 2, 'internal', desk, 1, 'case.write', at, at, '{}', decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex') from one;
insert into threads_entrybody (seats, entry_id, salt, author, organisation, words, detail, erased)
select e.seats, e.id, '\x00', 'Author', 'Organisation',
  case when e.seq = 1 then 'No confirmations for area ' || (o.n % 977) || ' since the load; gateway healthy, journal shows RejectedByRecipient.'
       else 'Same file as last month, offer the known error; record ' || (o.n % 4093) || '.' end, '{}', false
from threads_entry e join one o on o.id = e.thread_id;
insert into cases_standing (seat_id, case_id, leg, part, is_open, stage, priority, ball, next_who, next_what, next_by, legs, changed_at, raiser_id, system, scenario, bounces, trouble)
select raiser, id, 0, 'raised', not closed, case when closed then 'closed' else 'assigned' end, priority, 'them', 'Desk', 'resolve it', at + interval '10 hours', '[]', at, raiser, 'DIP', '', 0, false from one;
insert into cases_standing (seat_id, case_id, leg, part, is_open, stage, priority, ball, next_who, next_what, next_by, legs, changed_at, raiser_id, system, scenario, bounces, trouble)
select 100000 + desk, id, 0, 'owns', not closed, case when closed then 'closed' else 'assigned' end, priority, 'us', 'Desk', 'resolve it', at + interval '10 hours', '[]', at, raiser, 'DIP', '', 0, false from one;
select setval(pg_get_serial_sequence('parties_party', 'id'), 1000), setval(pg_get_serial_sequence('desks_desk', 'id'), 1000), setval(pg_get_serial_sequence('parties_seat', 'id'), 200000);
vacuum analyze;
