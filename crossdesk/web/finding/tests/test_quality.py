"""Search quality over the labelled queries, on the market's reference and the demonstration's articles.

With its database, names and seats the engine is measured by `benchmarks/search.py`; here precision may not fall.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from benchmarks.search import labelled, quality
from crossdesk import commands
from crossdesk.knowledge import searching
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.vocabulary import sought
from crossdesk.knowledge.writing import Written
from crossdesk.rulebook import load, ranking, reference
from crossdesk.rulebook.asking import asked
from crossdesk.rulebook.spelling import corrected

BOOK = load()
ARTICLES = Path(commands.__file__).parent / "demonstration" / "knowledge.toml"
NAMED = ("party/", "desk/")
FLOOR, FIRST_FLOOR = 0.85, 0.91


def test_every_label_names_something() -> None:
    queries = labelled()
    assert len(queries) >= 200
    assert len({each.q for each in queries}) == len(queries)
    known = {f"{kind}/{key}" for kind, key in reference.keys(BOOK)} | {f"article/{row.title}" for row in articles()}
    assert {want for each in queries for want in each.want if not want.startswith(NAMED)} <= known
    assert all(each.want for each in queries)


def test_precision_does_not_fall() -> None:
    weighed = [(f"article/{row.title}", searching.weighed(row)) for row in articles()]
    says = reference.indexed(BOOK).says

    def engine(written: str) -> list[str]:
        question = asked(BOOK, corrected(BOOK, written) or written)
        hits = [(hit.score, f"{hit.entry.kind}/{hit.entry.key}") for hit in reference.search(BOOK, question, 12)]
        hits += [(ranking.score(question, text, says) * searching.FAVOURED, name) for name, text in weighed]
        return [name for score, name in sorted(hits, reverse=True) if score]

    found = quality([each for each in labelled() if not all(want.startswith(NAMED) for want in each.want)], engine)
    assert found.of_those_there_are >= FLOOR, found
    assert found.first_right >= FIRST_FLOOR, found


def articles() -> list[Article]:
    rows = tomllib.loads(ARTICLES.read_text(encoding="utf-8"))["article"]
    shown = [row for row in rows if not row.get("draft") and row.get("for") != "desk"]
    return [
        Article(
            title=row["title"],
            summary=row["summary"],
            words=row["words"],
            sought=sought(Written(row["title"], row["summary"], row["words"], row.get("codes", ()))),
        )
        for row in shown
    ]
