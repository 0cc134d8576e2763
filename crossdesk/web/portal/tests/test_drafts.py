"""Drafts: kept quietly, gone on with from anywhere, and nobody else's to read."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases import drafts
from crossdesk.cases.drafts import AT_MOST, KEPT_FOR, Draft
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.parties.founding import join
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer, verbs, viewing
from crossdesk.web.portal.tests.signed_in import at_browser, person
from crossdesk.web.portal.tests.test_raising import filled, raised

pytestmark = pytest.mark.django_db
QUIETLY = {"HX-Request": "true"}
SUMMARY = "No IF-036 for 124 sites"


def kept(client: Client, words: dict[str, Any]) -> uuid.UUID:
    words.setdefault("draft", str(uuid.uuid4()))
    answer = client.post("/raise/draft/", words, headers=QUIETLY).content.decode()
    assert "Draft kept" in answer, answer
    return uuid.UUID(words["draft"])


def colleague(people: Cast) -> Viewer:
    with verbs():
        joe = Person.objects.create_user("joe@sycamore.example", "Joe Nair")
        join(joe, people.sycamore, Role.SERVICE_USER, since=NOON - timedelta(30))
    return Viewer(
        "Joe Nair", people.sycamore.pk, "Sycamore Energy", (people.sycamore.seat_id,), joe.pk, people.sycamore.seat_id
    )


def test_what_was_written_is_there_again_on_another_device() -> None:
    people = cast()
    draft = kept(at_browser(people.priya), filled(people))
    elsewhere = at_browser(people.priya)
    assert SUMMARY in elsewhere.get("/raise/").content.decode()
    assert SUMMARY in elsewhere.get("/cases/").content.decode()
    page = elsewhere.get(f"/raise/?draft={draft}").content.decode()
    for words in (
        SUMMARY,
        "Our gateway is healthy; we get REG0000.",
        "T-0001\nT-0002",
        "RejectedByRecipient",
        str(draft),
    ):
        assert words in page


def test_writing_on_changes_the_one_draft() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(people)
    kept(client, words)
    kept(client, words | {"summary": "No IF-036 for 130 sites"})
    with viewing(people.priya):
        assert [each.summary for each in drafts.mine(people.priya)] == ["No IF-036 for 130 sites"]


def test_nothing_is_kept_of_a_form_that_was_only_looked_at() -> None:
    people = cast()
    words = {"query_type": "dip-message-failure", "ask": "REG0000", "summary": "REG0000"}
    answer = at_browser(people.priya).post("/raise/draft/", words, headers=QUIETLY)
    assert "Draft kept" not in answer.content.decode()
    with verbs():
        assert not Draft.objects.exists()


def test_raising_and_throwing_away_both_end_it() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(people)
    kept(client, words)
    raised(client, words)
    other = kept(client, filled(people))
    client.post(f"/raise/drafts/{other}/away/")
    with verbs():
        assert not Draft.objects.exists()


def test_a_refused_case_leaves_the_draft_where_it_is() -> None:
    people = cast()
    client = at_browser(people.priya)
    words = filled(people)
    draft = kept(client, words)
    assert client.post("/raise/", words | {"summary": "", "ask": ""}).status_code == 422
    assert client.get(f"/raise/?draft={draft}").status_code == 200


@pytest.mark.parametrize("who", ["hal", "nia", "gwen", "colleague"])
def test_nobody_else_reads_writes_or_throws_it_away(who: str) -> None:
    people = cast()
    words = filled(people)
    draft = kept(at_browser(people.priya), words)
    other = colleague(people) if who == "colleague" else getattr(people, who)
    client = at_browser(other)
    assert client.get(f"/raise/?draft={draft}").status_code == 404
    assert SUMMARY not in client.get("/raise/").content.decode()
    assert "not yours" in client.post("/raise/draft/", words, headers=QUIETLY).content.decode()
    client.post(f"/raise/drafts/{draft}/away/")
    with viewing(other):
        assert not Draft.objects.exists()
    with viewing(people.priya):
        assert Draft.objects.get().summary == SUMMARY


def test_the_database_itself_hides_it_from_those_of_the_same_party() -> None:
    people = cast()
    kept(at_browser(people.priya), filled(people))
    with viewing(colleague(people)), connection.cursor() as cursor:
        cursor.execute("select count(*) from cases_draft")
        assert cursor.fetchone() == (0,)


def test_a_draft_for_one_party_is_not_shown_while_acting_for_another() -> None:
    people = cast()
    with verbs():
        join(person(people.priya), people.harrier, Role.SERVICE_USER, since=NOON - timedelta(30))
    client = at_browser(people.priya)
    client.post("/acting/", {"party": str(people.sycamore.pk)})
    draft = kept(client, filled(people))
    client.post("/acting/", {"party": str(people.harrier.pk)})
    assert SUMMARY not in client.get("/raise/").content.decode()
    assert client.get(f"/raise/?draft={draft}").status_code == 404


def test_a_button_keeps_it_where_no_script_runs() -> None:
    people = cast()
    words = filled(people, draft=str(uuid.uuid4()))
    answer = at_browser(people.priya).post("/raise/draft/", words, follow=True)
    assert answer.redirect_chain == [(f"/raise/?draft={words['draft']}", 302)]
    assert "Draft kept" in answer.content.decode()


def test_old_drafts_expire() -> None:
    people = cast()
    old, fresh = uuid.uuid4(), uuid.uuid4()
    for draft, at in ((old, NOON - KEPT_FOR - timedelta(minutes=1)), (fresh, NOON - timedelta(days=1))):
        drafts.keep(draft, {"summary": "x"}, summary="x", by=people.priya, at=at)
    assert drafts.expire(NOON) == 1
    with verbs():
        assert Draft.objects.get().pk == fresh


def test_too_many_and_too_large_drafts_are_bounded() -> None:
    people = cast()
    for minute in range(AT_MOST + 3):
        drafts.keep(uuid.uuid4(), {}, summary=str(minute), by=people.priya, at=NOON + timedelta(minutes=minute))
    with verbs():
        assert Draft.objects.count() == AT_MOST
        assert not Draft.objects.filter(summary__in=["0", "1", "2"]).exists()
    with pytest.raises(Invalid, match="more than 2 MB"):
        drafts.keep(uuid.uuid4(), {"mpans": "1" * 3_000_000}, summary="x", by=people.priya, at=NOON)


def test_a_correspondent_by_mail_keeps_none() -> None:
    people = cast()
    with pytest.raises(NotAllowed):
        drafts.keep(uuid.uuid4(), {}, summary="x", by=Viewer("Desk", people.sycamore.pk, "Sycamore"), at=NOON)


def test_one_who_is_signed_out_is_told_in_place() -> None:
    cast()
    answer = Client().post("/raise/draft/", {"summary": "x"}, headers=QUIETLY)
    assert answer.status_code == 401
    assert "your words stay" in answer.content.decode()
