"""The pages of knowledge: from a resolved case to a published article, and from a suggestion to a case never raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.test import Client

from crossdesk.access import Role
from crossdesk.cases import closing, triage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.kit.time import now
from crossdesk.knowledge import publishing, questions, writing
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.tests.test_articles import NEXT_YEAR, WORDS
from crossdesk.knowledge.writing import Written
from crossdesk.threads.viewer import Viewer, verbs, viewing

Browser = Callable[[Viewer], Client]


def resolved(here: Cast) -> Case:
    case = here.case("IF-031 of Sycamore Energy refused with REG0000 for 1900012374324")
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    closing.resolve(case, words="Priya Nair sent 19 0001 2374 324 without its check digit.", by=here.nia, at=NOON)
    return case


def test_from_a_resolved_case_to_an_article_that_a_competitor_reads(here: Cast, browser: Browser) -> None:
    case, nia, hal = resolved(here), browser(here.nia), browser(here.hal)
    assert "Draft an article" in nia.get(f"/cases/{case}/").content.decode()
    assert hal.post(f"/knowledge/from/{case}/").status_code == 404
    page = nia.post(f"/knowledge/from/{case}/", follow=True).content.decode()
    with verbs():
        held = Article.objects.get()
    written = page.split("<main", 1)[1]
    assert [
        leaked for leaked in ("Sycamore", "Nair", "19 0001", "1900012374324", case.reference) if leaked in written
    ] == []
    assert "a colleague sent the MPAN without its check digit" in written
    assert "REG0000" in written
    assert hal.get(f"/knowledge/{held}/").status_code == 404
    readers = {"kind": "everyone", "review_by": NEXT_YEAR.isoformat(), "edition": "1"}
    assert "Publish version 1" in nia.get(f"/knowledge/{held}/publish/").content.decode()
    assert nia.post(f"/knowledge/{held}/publish/", readers | {"review_by": "soon"}).status_code == 422
    answer = nia.post(f"/knowledge/{held}/publish/", readers | {"review_by": _in_half_a_year()}, follow=True)
    assert "Version 1 is published" in answer.content.decode()
    assert "check digit" in hal.get(f"/knowledge/{held}/").content.decode()
    assert "For your desk" not in hal.get(f"/knowledge/{held}/").content.decode()
    assert hal.get(f"/knowledge/{held}/edit/").status_code == 404
    assert held.title in hal.get("/knowledge/").content.decode()


def _in_half_a_year() -> str:
    return (now() + timedelta(days=180)).date().isoformat()


def published(here: Cast, written: Written = WORDS) -> Article:
    held = writing.begin(written, here.elexon_desk, by=here.nia, at=NOON)
    publishing.publish(held, Readers("everyone"), NEXT_YEAR, by=here.nia, at=NOON)
    return held


def test_a_suggestion_that_solves_it_spares_a_case(here: Cast, browser: Browser) -> None:
    held, priya = published(here), browser(here.priya)
    found = priya.post("/raise/ask/", {"ask": "confirmaton if 036 never came"}, headers={"HX-Request": "true"})
    assert f"/knowledge/{held}/" in found.content.decode()
    assert "Did this solve it?" in found.content.decode()
    said = priya.post(f"/knowledge/{held}/answer/", {"solved": "yes", "raising": "yes"}, headers={"HX-Request": "true"})
    assert "Nothing is raised" in said.content.decode()
    nia = browser(here.nia).get("/knowledge/").content.decode()
    assert "<b>1</b> case spared" in nia
    hal = browser(here.hal).get(f"/knowledge/{held}/").content.decode()
    assert "spared" not in hal


def test_versions_are_compared_and_hostile_words_do_nothing(here: Cast, browser: Browser) -> None:
    held = published(here)
    nasty = (
        "## Steps\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://spy.example/p.png)\n" + "|a" * 500
    )
    writing.write(held, replace(WORDS, words=nasty), by=here.nia, at=NOON)
    publishing.publish(held, Readers("everyone"), NEXT_YEAR, by=here.nia, at=NOON, change="New steps.")
    client = browser(here.hal)
    page = client.get(f"/knowledge/{held}/").content.decode().split("<article", 1)[1].split("</article>")[0]
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    difference = client.get(f"/knowledge/{held}/difference/").content.decode()
    assert "<del>" in difference
    assert "New steps." in difference
    assert "journal" in client.get(f"/knowledge/{held}/versions/1/").content.decode()
    for path in ("versions/9/", "versions/99999999/", "files/1/", "difference/?from=x&to=99999999999"):
        assert client.get(f"/knowledge/{held}/{path}").status_code in {200, 404}
    refused = browser(here.nia).post(f"/knowledge/{held}/edit/", {"title": "x", "words": "y" * 60_000})
    assert refused.status_code == 422
    assert "make two of it" in refused.content.decode()


def test_an_empty_shelf_teaches(here: Cast, browser: Browser) -> None:
    page = browser(here.priya).get("/knowledge/").content.decode()
    assert "drafted in one step from a resolved case" in page
    assert "Write an article" not in page
    assert Role.AGENT in here.nia.roles
    with viewing(here.nia):
        assert questions.unfinished(here.nia) == []
