"""The review over HTTP: who finds it, what each reads of it, what stays when something is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from crossdesk.cases.tests.cast import NOON
from crossdesk.majors import room
from crossdesk.reviews import account, acting, facts, publishing, sections
from crossdesk.reviews.account import Account
from crossdesk.reviews.lifecycle import State
from crossdesk.reviews.models import Answer
from crossdesk.reviews.tests.conftest import DAY, LATER, Past, circulated, closed
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def at(it: Past) -> str:
    return f"/majors/{it.major}/review/"


def full(it: Past) -> None:
    """With the parties: an account, facts agreed and disputed, an action, a signed section."""
    circulated(it)
    account.describe(it.review, Account("Data missing", "A load stopped.", "Watch it."), by=it.here.nia, at=LATER)
    for n in range(4):
        fact = facts.state(it.review, f"Fact of ours {n}.", by=it.here.priya, at=LATER, happened_at=NOON)
        facts.answer(fact, agrees=n % 2 == 0, words="It rang.", by=it.here.gwen, at=LATER)
    owed: dict[str, Any] = {"owner": "Sam", "due_at": NOON + 9 * DAY, "by": it.here.nia, "at": LATER}
    acting.give(it.review, "Alarm on silence", part=it.part(it.here.priya), **owed)
    sections.write(it.review, "We noticed late.", by=it.here.priya, at=LATER)
    sections.sign(it.review, by=it.here.priya, at=LATER)


def test_a_party_finds_it_in_the_tracker_once_it_is_given_to_the_parties(there: Past, browser: Browser) -> None:
    priya = browser(there.here.priya)
    assert at(there) not in text(priya, "/majors/")
    assert priya.get(at(there)).status_code == 404
    circulated(there)
    assert f"{at(there)}section/" in text(priya, "/majors/")
    assert "Write and sign your section" in text(priya, at(there))


def test_the_war_room_leads_to_it(there: Past, browser: Browser) -> None:
    assert at(there) in text(browser(there.ewan), f"/majors/{there.major}/")


@pytest.mark.parametrize("path", ["", "section/", "account", "facts/1/agreement", "actions/1/completion", "pdf"])
def test_a_stranger_is_told_the_same_as_of_none(there: Past, browser: Browser, path: str) -> None:
    from crossdesk.access import Role
    from crossdesk.cases.tests.cast import data_service, somebody

    full(there)
    client = browser(somebody("Owain Rees", data_service(), Role.AGENT))
    assert client.get(at(there) + path).status_code == 404
    assert client.get(f"/majors/MI-2222-2222/review/{path}").status_code == 404
    assert str(there.major) not in text(client, "/majors/")


def test_a_competitor_reads_facts_and_neither_names_nor_cases(there: Past, browser: Browser) -> None:
    full(there)
    page = text(browser(there.here.hal), at(there))
    assert "Fact of ours 1." in page
    assert "Alarm on silence" in page
    assert "known to that party" in page
    for secret in ("Sycamore", "Priya", there.case.reference, "We noticed late."):
        assert secret not in page


def test_a_party_writes_and_signs_on_its_own_page(there: Past, browser: Browser) -> None:
    circulated(there)
    priya = browser(there.here.priya)
    assert priya.post(at(there) + "section", {"words": "We noticed late.", "edition": "0"}).status_code == 302
    assert "We noticed late." in text(priya, at(there) + "section/")
    assert "We noticed late." not in text(browser(there.ewan), at(there))
    assert priya.post(at(there) + "signature", {"edition": "1"}).status_code == 302
    assert "We noticed late." in text(browser(there.ewan), at(there))
    assert "Take the signature back" in text(priya, at(there) + "section/")


def test_nobody_signs_what_a_colleague_changed_meanwhile(there: Past, browser: Browser) -> None:
    circulated(there)
    priya = browser(there.here.priya)
    sections.write(there.review, "First.", by=there.here.priya, at=LATER)
    sections.write(there.review, "Second.", by=there.here.priya, at=LATER)
    answer = priya.post(at(there) + "signature", {"edition": "1"})
    assert answer.status_code == 409
    assert "wrote edition 2 meanwhile" in answer.content.decode()


def test_a_refused_fact_keeps_its_words(there: Past, browser: Browser) -> None:
    circulated(there)
    answer = browser(there.here.priya).post(at(there) + "fact", {"words": "Harrier Energy rang us."})
    assert answer.status_code == 422
    assert "It names Harrier Energy" in answer.content.decode()
    assert "Harrier Energy rang us." in answer.content.decode()


def test_a_fact_is_answered_from_its_place(there: Past, browser: Browser) -> None:
    circulated(there)
    facts.state(there.review, "No alarm rang.", by=there.here.priya, at=LATER)
    gwen = browser(there.here.gwen)
    assert f"{at(there)}facts/1/dispute" in text(gwen, at(there))
    assert gwen.post(at(there) + "facts/1/dispute", {"words": ""}).status_code == 422
    assert gwen.post(at(there) + "facts/1/dispute", {"words": "It rang at 12:02."}).status_code == 302
    with verbs():
        assert Answer.objects.get().words == "It rang at 12:02."


def test_the_lead_gives_it_to_the_parties_and_publishes_from_the_page(there: Past, browser: Browser) -> None:
    ewan = browser(there.ewan)
    assert ewan.post(at(there) + "circulation", {"why": ""}).status_code == 422
    assert ewan.post(at(there) + "circulation", {"why": "Write by Friday."}).status_code == 302
    answer = ewan.post(at(there) + "publication", {"why": "Loads are watched.", "without": "None came."})
    assert answer.status_code == 422
    assert "a review is published once it is closed" in answer.content.decode()
    closed(there)
    assert ewan.post(at(there) + "publication", {"why": "Loads are watched."}).status_code == 422
    answer = ewan.post(at(there) + "publication", {"why": "Loads are watched.", "without": "None came."})
    assert answer.status_code == 302
    assert there.review.state == State.PUBLISHED
    assert "Reviewed" in text(ewan, "/majors/?show=past")


def test_the_second_of_two_is_told_who_was_faster(there: Past, browser: Browser) -> None:
    from crossdesk.access import Role
    from crossdesk.cases.tests.cast import somebody

    ewan = browser(there.ewan)
    seen = re.search(r'name="seen" value="(\d+)"', text(ewan, at(there) + "circulation"))
    assert seen
    mo = somebody("Mo Karim", there.here.elexon, Role.SERVICE_MANAGER, desk=there.here.elexon_desk)
    publishing.circulate(there.review, why="Write.", by=mo, at=LATER)
    answer = ewan.post(at(there) + "circulation", {"why": "Please write.", "seen": seen[1]})
    assert answer.status_code == 409
    assert "Mo Karim was here before you: “Given to the parties”" in answer.content.decode()


def test_a_line_of_the_timeline_is_worded_for_everybody_by_the_lead(there: Past, browser: Browser) -> None:
    room.note(there.major, "Pennine's load died.", by=there.here.nia, at=LATER)
    circulated(there)
    with verbs():
        event = there.review.events.get(title="Something was noted in the war room")
    nia, hal = browser(there.here.nia), browser(there.here.hal)
    assert "Pennine&#39;s load died." in text(nia, at(there))
    assert "load died" not in text(hal, at(there))
    address = f"{at(there)}events/{event.pk}/wording"
    assert hal.post(address, {"words": "x"}).status_code == 403
    assert nia.post(address, {"words": "A load stopped halfway."}).status_code == 302
    assert "A load stopped halfway." in text(hal, at(there))
    assert nia.post(address, {"words": "", "left_out": "on"}).status_code == 302
    assert "Something was noted" not in text(hal, at(there))


def test_the_deadline_says_whose_figure_it_is(there: Past, browser: Browser) -> None:
    ewan = browser(there.ewan)
    assert "our own default; the market has not published a figure" in text(ewan, at(there))
    closed(there)
    assert "Publish by 23 Dec" in text(ewan, at(there))


def test_hostile_words_come_out_as_words(there: Past, browser: Browser) -> None:
    circulated(there)
    gwen = browser(there.here.gwen)
    for path, field in (("fact", "words"), ("section", "words")):
        assert gwen.post(at(there) + path, {field: HOSTILE}).status_code == 302
    for path in ("", "section/"):
        page = text(gwen, at(there) + path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "49" not in page.replace(HOSTILE, "")[page.index("&lt;script&gt;") : page.index("&lt;script&gt;") + 120]


@pytest.mark.parametrize(("who", "most"), [("ewan", 27), ("priya", 27), ("hal", 27)])
def test_a_review_asks_no_more_for_more_facts(
    there: Past, browser: Browser, django_assert_max_num_queries: Any, who: str, most: int
) -> None:
    full(there)
    client = browser(there.ewan if who == "ewan" else getattr(there.here, who))
    text(client, at(there))
    with django_assert_max_num_queries(most):
        text(client, at(there))
