"""How good the search is: precision over labelled queries, on the demonstration and the market's own reference.

    python -m crossdesk demo load && python -m benchmarks.search

Prints the share of right answers among the first five, of those there are (a query with two right answers can have
two), plain precision at five, how often the first is right, how often one of five is; with -v what finds nothing right.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

QUERIES = Path(__file__).parent / "search_queries.toml"
FIRST = 5
Engine = Callable[[str], Sequence[str]]
"""What a query finds, best first, as kind/key; articles by title, organisations and desks by name."""


@dataclass(frozen=True)
class Labelled:
    q: str
    want: frozenset[str]


@dataclass(frozen=True)
class Quality:
    of_those_there_are: float
    at_five: float
    first_right: float
    one_right: float
    missed: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.of_those_there_are:.3f} of the right answers that five places can hold, "
            f"{self.at_five:.3f} of five places right, first right {self.first_right:.3f}, "
            f"one of five right {self.one_right:.3f}"
        )


def labelled() -> list[Labelled]:
    rows = tomllib.loads(QUERIES.read_text(encoding="utf-8"))["query"]
    return [Labelled(row["q"], frozenset(row["want"])) for row in rows]


def quality(queries: Sequence[Labelled], engine: Engine) -> Quality:
    there, five, first, one, missed = 0.0, 0.0, 0, 0, []
    for query in queries:
        found = engine(query.q)[:FIRST]
        right = sum(each in query.want for each in found)
        there += right / min(FIRST, len(query.want))
        five += right / FIRST
        first += bool(found) and found[0] in query.want
        one += bool(right)
        if not right:
            missed.append(query.q)
    many = len(queries)
    return Quality(there / many, five / many, first / many, one / many, tuple(missed))


def main() -> None:
    from crossdesk.commands.django import setup

    setup()
    from crossdesk.desks.seats import acting_for
    from crossdesk.kit.time import now
    from crossdesk.parties.models import Person
    from crossdesk.threads.viewer import verbs, viewing
    from crossdesk.web.finding.everything import find

    with verbs():
        viewer = acting_for(Person.objects.get(name="Priya Nair"), None, now()).chosen
    assert viewer is not None
    took = []

    def engine(written: str) -> list[str]:
        begun = time.perf_counter()
        with viewing(viewer):
            hits = find(written, viewer, cases=8, names=6).hits
        took.append(1000 * (time.perf_counter() - begun))
        by_name = {"article", "party", "desk"}
        return [f"{hit.kind}/{hit.label if hit.kind in by_name else hit.key}" for hit in hits if hit.kind != "case"]

    queries = labelled()
    found = quality(queries, engine)
    print(f"{len(queries)} queries: {found}")
    print(f"median {median(took):.0f} ms, slowest {max(took):.0f} ms")
    if "-v" in sys.argv:
        print("\n".join(f"nothing right: {each}" for each in found.missed))


if __name__ == "__main__":
    main()
