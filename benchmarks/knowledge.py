"""Suggestions while a summary is typed, at many articles: what a raiser waits for, beside the same rows in plain SQL.

    python -m crossdesk.postgres FOLDER python -m benchmarks.knowledge --articles 100000

A third of the articles is for everyone, a third for market roles, a third for two named organisations each. Their
words are those of the market, so that common ones stand in many. The limit of design is 150 ms.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.borrowed import database

TYPED = (
    "IF-036 not received",
    "missing meter reads for one town",
    "certifcate expired, 401 from the DIP",
    "message",
    "the DIP message was rejected because the MPAN is not known to registration",
    "consumption defaulted although we sent it",
    "portal",
    "wrong tariff on the bill",
)
FILL = """
insert into threads_thread (id, kind, length, seats)
select md5('article' || n)::uuid, 'article', 0, array[%(desk_seat)s] from generate_series(1, %(many)s) n;
insert into knowledge_article (thread_id, seats, everyone, reaches, title, summary, words, codes, systems, reference,
  desk_id, state, audience, version, review_by, begun_at, published_at, demonstration, sought)
select md5('article' || n)::uuid,
  case when n %% 3 = 2 then array[%(desk_seat)s, 100000 + n %% 200, 100000 + n %% 199] else array[%(desk_seat)s] end,
  n %% 3 = 0, case when n %% 3 = 1 then array['supplier']::varchar[] else '{}' end,
  initcap(w[1 + n %% 7] || ' ' || w[1 + n %% 11] || ' ' || w[1 + n * 7 %% cardinality(w)] || ' ' || n),
  w[1 + n * 13 %% cardinality(w)] || ' ' || w[1 + n * 17 %% cardinality(w)] || ' ' || w[1 + n * 19 %% cardinality(w)],
  (select string_agg(w[1 + (n * 31 + k * k * 7) %% cardinality(w)], ' ') from generate_series(1, 120) k),
  '{}', array['dip'], 'KA-' || n, %(desk)s, 'published', case n %% 3 when 0 then 'everyone' when 1 then 'roles' else
  'parties' end, 1, '2027-01-01', now(), now(), true, case when n %% 50 = 0 then 'if036' else '' end
from generate_series(1, %(many)s) n, (select %(words)s::text[] as w) words;
"""
PLAIN = """
select a.thread_id, a.title, a.summary, a.words from knowledge_article a, websearch_to_tsquery('english', %s) q
where a.tsv @@ q order by ts_rank(a.tsv, q) desc limit 10
"""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--articles", type=int, default=100_000)
    with database("knowledge"):
        measure(asked.parse_args().articles)


def measure(many: int) -> None:
    from django.db import connections

    from crossdesk import rulebook
    from crossdesk.cases.tests.cast import cast
    from crossdesk.rulebook.spelling import words_of
    from crossdesk.threads.viewer import viewing
    from crossdesk.web.finding.everything import find, suggested

    here, book = cast(), rulebook.current()
    words = sorted(word for word in words_of(book).counts if len(word) > 3)
    given: dict[str, Any] = {
        "many": many,
        "desk": here.elexon_desk.pk,
        "desk_seat": here.elexon_desk.seat_id,
        "words": words,
    }
    owner = connections["owner"].cursor()
    for statement in FILL.split(";\n"):
        if statement.strip():
            owner.execute(statement, given)
    owner.execute("vacuum analyze knowledge_article")

    def timed(act: Callable[[], object]) -> float:
        act()
        took = []
        for _ in range(5):
            begun = time.perf_counter()
            act()
            took.append(1000 * (time.perf_counter() - begun))
        return median(took)

    def plainly(text: str) -> Callable[[], object]:
        def act() -> object:
            owner.execute(PLAIN, [text])
            return owner.fetchall()

        return act

    print(f"{many:,} articles; milliseconds: suggested while raising, the search page, plain SQL, ratio of the first")
    for text in TYPED:
        with viewing(here.priya):
            told = timed(lambda text=text: suggested(book, text, here.priya))  # type: ignore[misc]
            whole = timed(lambda text=text: find(text, here.priya, cases=8, names=6))  # type: ignore[misc]
        plain = timed(plainly(text))
        print(f"{told:7.1f} {whole:7.1f} {plain:7.1f} {told / plain:6.1f}  {text}")


if __name__ == "__main__":
    main()
