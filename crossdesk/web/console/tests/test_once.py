"""A double click, a re-sent form, and somebody who was faster: on every form of a case."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from crossdesk.cases import closing, leg_work, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.threads.models import Entry, Sending
from crossdesk.threads.viewer import Viewer, verbs, viewing

Browser = Callable[[Viewer], Client]
ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your service.")


def token(client: Client, address: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(address).content.decode())
    assert found, f"{address} has no token"
    return found[1]


def said(case: Case, words: str) -> int:
    with verbs():
        return Entry.objects.filter(thread=case.pk, body__words=words).count()


def owned(here: Cast) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def test_a_form_sent_twice_writes_once_and_is_answered_twice(here: Cast, browser: Browser) -> None:
    case, nia = owned(here), browser(here.nia)
    address = f"/cases/{case.reference}/"
    given = {"audience": "raiser", "words": "Look again, please.", "once": token(nia, address)}
    answers = [nia.post(f"{address}words", given) for _ in range(3)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, address)] * 3
    assert said(case, "Look again, please.") == 1
    nia.post(f"{address}words", given | {"words": "Other words from a page gone back to."})
    assert said(case, "Other words from a page gone back to.") == 1


def test_each_form_of_a_case_has_its_token(here: Cast, browser: Browser) -> None:
    case = owned(here)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    own = ["question", "priority", "link", "evidence", "references", "words", "sight"]
    legs = [f"legs/1/{path}" for path in ("words", "question", "withdrawal", "answer")]
    theirs = [f"legs/1/{path}" for path in ("acknowledgement", "declining", "resolution", "priority", "assignment")]
    for viewer, paths in ((here.nia, [*own, *legs]), (here.gwen, theirs), (here.priya, ["answer", "withdrawal"])):
        for path in paths:
            address = f"/cases/{case.reference}/{path}"
            assert token(browser(viewer), address) != token(browser(viewer), address)


def test_a_refused_form_may_be_sent_again(here: Cast, browser: Browser) -> None:
    case, nia = owned(here), browser(here.nia)
    address = f"/cases/{case.reference}/resolution"
    given = {"words": "", "once": token(nia, address)}
    assert nia.post(address, given).status_code == 422
    with verbs():
        assert not Sending.objects.exists()
    assert nia.post(address, given | {"words": "Fixed."}).status_code == 302


@pytest.mark.parametrize("path", ["words", "question", "resolution", "priority"])
def test_whoever_was_faster_on_a_case_is_told_with_the_words_kept(here: Cast, browser: Browser, path: str) -> None:
    case = owned(here)
    seen = _seen(case, here.tom)
    triage.prioritise(case, triage.Judged(2, "Agreed.", "", ""), by=here.nia, at=NOON)
    given = {"words": "My long words", "audience": "raiser", "due_at": "2030-01-01T10:00", "seen": seen}
    given |= {"impact": "impact-one", "urgency": "urgency-soon"}
    _told(browser(here.tom), f"/cases/{case.reference}/{path}", given, "Nia Bevan was here before you: “Priority set”")


def test_whoever_was_faster_on_a_leg_is_told_with_the_words_kept(here: Cast, browser: Browser) -> None:
    case = owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    leg_work.resolve(leg, by=here.gwen, at=NOON, words="It ran.")
    seen = _seen(case, here.tom)
    leg_work.dispute(leg, by=here.nia, at=NOON, why="It did not.")
    address = f"/cases/{case.reference}/legs/1/"
    _told(browser(here.tom), f"{address}words", {"words": "My long words", "seen": seen}, "“Disputed”")
    _told(browser(here.tom), f"{address}confirmation", {"words": "My long words", "seen": seen}, "“Disputed”")


def test_two_answers_to_one_question(here: Cast, browser: Browser) -> None:
    case = owned(here)
    due = NOON.replace(year=2030)
    question = writing.ask_raiser(case, words="Which extract?", due_at=due, by=here.nia, at=NOON)
    seen = _seen(case, here.priya)
    colleague = Viewer(**{**here.priya.__dict__, "person": 999_999, "name": "Paul Pine"})
    writing.answer(case, question=question, words="The first.", by=colleague, at=NOON)
    given = {"words": "My long words", "seen": seen}
    _told(browser(here.priya), f"/cases/{case.reference}/answer", given, "Paul Pine was here before you: “Answered”")


def test_two_confirmations_of_one_resolution(here: Cast, browser: Browser) -> None:
    case = owned(here)
    closing.resolve(case, by=here.nia, at=NOON, words="Done.")
    seen = _seen(case, here.priya)
    colleague = Viewer(**{**here.priya.__dict__, "person": 999_999, "name": "Paul Pine"})
    closing.dispute(case, by=colleague, at=NOON, why="Not so.")
    given = {"words": "My long words", "seen": seen}
    _told(browser(here.priya), f"/cases/{case.reference}/confirmation", given, "Paul Pine was here before you")


def _seen(case: Case, viewer: Viewer) -> int:
    with viewing(viewer):
        return Entry.objects.filter(thread=case.pk).latest("seq").seq


def _told(client: Client, address: str, given: dict[str, object], sentence: str) -> None:
    response = client.post(address, given)
    text = response.content.decode()
    assert response.status_code == 409, text
    assert sentence in text
    assert "My long words" in text or "priority" in address
    again = re.search(r'name="seen" value="(\d+)"', text)
    assert again
    assert int(again[1]) > int(str(given["seen"]))


@pytest.mark.usefixtures("committed")
def test_a_double_click_on_two_connections_writes_once(browser: Browser) -> None:
    here = cast()
    case = owned(here)
    clients = [browser(here.nia) for _ in range(4)]
    address = f"/cases/{case.reference}/"
    given = {"audience": "raiser", "words": "Only once.", "once": token(clients[0], address)}
    start = Barrier(len(clients))

    def press(client: Client) -> int:
        try:
            start.wait(10)
            return client.post(f"{address}words", given).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        assert list(pool.map(press, clients)) == [302] * len(clients)
    assert said(case, "Only once.") == 1
