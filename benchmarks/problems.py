"""What a new case may be, found among many known errors: under seats, beside the same rows in plain SQL.

    python -m crossdesk.postgres FOLDER python -m benchmarks.problems --known 10000

A third of the known errors is for everyone, a third for two parties each, a third for their desk alone; each has a
system, an interface of a hundred, a code of five hundred and twenty references of the desk's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from benchmarks.borrowed import database

CASES: tuple[tuple[str, list[str]], ...] = (
    ("IF-036 confirmations missing after the overnight load", []),
    ("REG0000 came back for twelve meters", []),
    ("The certificate expired and the platform answers 401", []),
    ("Nothing came", ["sign-777-3"]),
    ("readings late tariff queue load message meter platform region portal batch registration " * 8, []),
)
FILL = """
insert into threads_thread (id, kind, length, seats)
select md5('known' || n)::uuid, 'known_error', 0, array[%(seat)s] from generate_series(1, %(many)s) n;
insert into known_errors_knownerror (thread_id, seats, reference, desk_id, state, "to", title, symptoms, workaround,
  systems, interfaces, codes, words, fix_waits_for, edition, begun_at, published_at, fixed_how, changed_at)
select md5('known' || n)::uuid,
  case n %% 3 when 0 then array[0, %(seat)s] when 1 then array[%(seat)s, 100000 + n %% 200] else array[%(seat)s] end,
  'KE-' || n, %(desk)s, 'published', 'everyone', w[1 + n %% 12] || ' ' || w[1 + n * 7 %% 12] || ' ' 
  || w[1 + n * 5 %% 11] || ' word' || n %% 3000, w[1 + n %% 5] || ' is seen', 'Send it again',
  array[(array['dip','mds','lss','css'])[1 + n %% 4]],
  array['IF-' || lpad((n %% 100)::text, 3, '0')], array['REG' || lpad((n %% 500)::text, 4, '0')], 'goes by ' || n, '',
  0, now(), now(), '', now() - n * interval '1 minute'
from generate_series(1, %(many)s) n,
  (select array['readings','late','tariff','queue','load','message','meter','platform','region','portal','batch',
  'registration'] as w) words;
insert into known_errors_sign (known_error_id, value, seats)
select md5('known' || n)::uuid, 'sign-' || n || '-' || k, array[%(seat)s]
from generate_series(1, %(many)s) n, generate_series(1, 20) k
"""
PLAIN = """
select k.thread_id, k.title, k.workaround, (k.codes && %(codes)s)::int * 4 + (k.interfaces && %(interfaces)s)::int * 2
  + ts_rank(k.tsv, q) as score
from known_errors_knownerror k, (select coalesce(string_agg(quote_literal(l), ' | '), '''none''')::tsquery as q
  from unnest(tsvector_to_array(to_tsvector('english', %(text)s))) l) asked
where k.codes && %(codes)s or k.interfaces && %(interfaces)s or k.tsv @@ q
  or exists (select from known_errors_sign s where s.known_error_id = k.thread_id and s.value = any (%(signs)s))
order by score desc limit 5
"""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--known", type=int, default=10_000)
    with database("problems"):
        measure(asked.parse_args().known)


def measure(many: int) -> None:
    from django.db import connections

    from crossdesk.cases.tests.cast import cast
    from crossdesk.known_errors.finding import interfaces_in, likely
    from crossdesk.rulebook.explain import find_codes
    from crossdesk.threads.viewer import viewing

    here = cast()
    owner = connections["owner"].cursor()
    given: dict[str, Any] = {"many": many, "seat": here.elexon_desk.seat_id, "desk": here.elexon_desk.pk}
    for statement in FILL.split(";\n"):
        owner.execute(statement, given)
    owner.execute("vacuum analyze known_errors_knownerror, known_errors_sign")

    def timed(act: Callable[[], object]) -> float:
        act()
        took = []
        for _ in range(7):
            begun = time.perf_counter()
            act()
            took.append(1000 * (time.perf_counter() - begun))
        return median(took)

    def plainly(text: str, signs: list[str]) -> object:
        asked: dict[str, Any] = {
            "codes": list(find_codes(text)),
            "interfaces": list(interfaces_in(text)),
            "text": text,
            "signs": signs,
        }
        owner.execute(PLAIN, asked)
        return owner.fetchall()

    print(f"{many:,} known errors; milliseconds: the desk, a raiser, plain SQL over all rows, ratio of the desk to it")
    for text, signs in CASES:
        took = []
        for viewer in (here.nia, here.priya):
            with viewing(viewer):
                took.append(timed(partial(likely, text, ["dip"], [], [], signs, viewer, 5)))
        plain = timed(partial(plainly, text, signs))
        print(f"{took[0]:7.1f} {took[1]:7.1f} {plain:7.1f} {took[0] / plain:6.1f}  {text[:60]}")


if __name__ == "__main__":
    main()
