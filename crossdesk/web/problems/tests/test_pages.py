"""The pages of problems, as the desk, an involved party and a stranger see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from crossdesk.cases import triage
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import Cast
from crossdesk.editions.applying import look_now
from crossdesk.kit.time import now
from crossdesk.problems import analysing, fixing
from crossdesk.problems.models import CaseOf, Problem, Proposal
from crossdesk.problems.tests.conftest import ACCOUNT, DAY, Shared, shared
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]
HOSTILE = "<script>alert(1)</script>"


@dataclass(frozen=True)
class At:
    client: Client
    url: str

    def get(self, path: str = "") -> str:
        return self.client.get(f"{self.url}{path}").content.decode()

    def post(self, path: str, **words: Any) -> tuple[int, str]:
        answer = self.client.post(f"{self.url}{path}", words)
        return answer.status_code, answer.content.decode()


@pytest.fixture
def it(here: Cast) -> Shared:
    return shared(here)


def test_the_desk_leads_it_from_its_page(it: Shared, browser: Browser) -> None:
    at = At(browser(it.mo), f"/problems/{it.problem}/")
    assert "No cause was stated yet." not in at.post("analysis")[1]
    text = at.get()
    for words in ("No fix is planned yet", "Nobody has asked why yet", str(it.problem), "Record the known error"):
        assert words in text
    status, text = at.post("known-error")
    assert (status, "Write the root cause and the workaround first" in text) == (422, True)
    said = {
        "title": "Confirmations go missing",
        "root_cause": HOSTILE,
        "workaround": "Again.",
        "code": "REG0000",
        "edition": 0,
    }
    assert at.post("account", **said, system="dip")[0] == 302
    assert at.post("known-error")[0] == 302
    assert at.post("why", number=1, words="The queue ran full.")[0] == 302
    assert at.post("line", words="A release.", happened_at="2026-11-23T09:00")[0] == 302
    plan = {
        "fix": "Keep what waits.",
        "part": it.part(it.here.nia).pk,
        "due": "2099-01-31T17:00",
        "waits_for": "DIP 2.4",
    }
    assert at.post("fix-plan", **plan)[0] == 302
    text = at.get()
    for words in (
        "The queue ran full.",
        "A release.",
        "waits for DIP 2.4",
        "31 Jan",
        "KE-",
        "A case was raised",
        "&lt;script",
    ):
        assert words in text
    assert HOSTILE not in text
    with verbs():
        linked = CaseOf.objects.filter(problem=it.problem).select_related("case").earliest("pk").case
    assert linked.reference in text
    assert at.post("case-off", case=linked.pk, why="Another fault.")[0] == 302
    assert f"/cases/{linked.reference}/" not in at.get()


def test_a_party_writes_signs_and_answers_and_sees_no_other(it: Shared, browser: Browser) -> None:
    it.analysed()
    at = At(browser(it.here.priya), f"/problems/{it.problem}/")
    assert at.post("section", words=f"We noticed late. {HOSTILE}", edition=0)[0] == 302
    assert "kept" in at.post("section", words="Overwritten.", edition=0)[1]
    assert at.post("signature", edition=1)[0] == 302
    assert at.post("cause", words="No alarm rang.")[0] == 302
    assert "It names Harrier Energy" in at.post("cause", words="Harrier Energy did it.")[1]
    hal = At(browser(it.here.hal), f"/problems/{it.problem}/")
    assert hal.post("causes/1/dispute", words="")[0] == 422
    assert hal.post("causes/1/dispute", words="Ours rang.")[0] == 302
    text = hal.get()
    for words in ("We noticed late.", "disputes it", "Ours rang.", "Supplier 1", "Your section"):
        assert words in text
    secret = ("Sycamore", "Priya", "Pennine", "A case was raised", "Cases its known error", "Involve a party", HOSTILE)
    assert [each for each in secret if each in text] == []


def test_a_stranger_finds_nothing(it: Shared, browser: Browser) -> None:
    client = browser(it.here.hal)
    assert [
        client.get(f"/problems/{it.problem}/{each}").status_code for each in ("", "account", "causes/1/dispute")
    ] == [404] * 3
    assert str(it.problem) not in client.get("/problems/").content.decode()
    text = client.get("/problems/new").content.decode()
    assert "you work at none" in text


def test_what_recurs_is_taken_up_from_the_list(it: Shared, browser: Browser) -> None:
    with verbs():
        Problem.objects.update(code="")
    for _ in range(3):
        report = Report(summary="REG0000 came back", query_type="missing-mpan-data", system="dip")
        case = raise_case(report, raiser=it.here.sycamore, to=it.here.elexon_desk, by=it.here.priya, at=now())
        triage.take(case, by=it.here.nia, at=now())
    client = browser(it.mo)
    text = client.get("/problems/").content.decode()
    assert "3 cases name REG0000, DIP" in text
    assert "nobody has published a figure" in text
    with verbs():
        proposal = Proposal.objects.get()
    assert client.get(f"/problems/proposals/{proposal.pk}/dismissal").status_code == 200
    assert browser(it.here.hal).get(f"/problems/proposals/{proposal.pk}/taking-up").status_code == 404
    answer = client.post(f"/problems/proposals/{proposal.pk}/taking-up", {"title": "REG0000 again"})
    assert answer.headers["Location"].startswith("/problems/PB-")
    assert "REG0000 again" in client.get(f"/cases/{case.reference}/").content.decode()


def test_a_page_costs_the_same_with_more_on_it(
    it: Shared, browser: Browser, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    it.analysed()
    fixing.describe(it.problem, ACCOUNT, by=it.mo, at=now())
    client, owed = browser(it.mo), {"owner": "Ruth", "due_at": now() + DAY}

    def more() -> None:
        analysing.state_cause(it.problem, "It is the queue.", by=it.here.priya, at=now())
        analysing.give_action(it.problem, "Look", part=it.part(it.here.gwen), by=it.here.nia, at=now(), **owed)  # type: ignore[arg-type]

    more()
    client.get(f"/problems/{it.problem}/")
    with django_assert_max_num_queries(42) as counted:
        client.get(f"/problems/{it.problem}/")
    for _ in range(5):
        more()
    look_now()  # the look at the rules in force falls due every half minute: not during what is counted
    with django_assert_max_num_queries(len(counted) + 1):
        client.get(f"/problems/{it.problem}/")


def test_a_party_is_taken_off_and_finds_what_it_signed(it: Shared, browser: Browser) -> None:
    it.analysed()
    analysing.write(it.problem, "We saw nothing.", by=it.here.priya, at=now())
    analysing.sign(it.problem, by=it.here.priya, at=now())
    desk, priya = (At(browser(who), f"/problems/{it.problem}/") for who in (it.mo, it.here.priya))
    assert "Take one off" in desk.get()
    assert desk.post("party-off", part=it.part(it.here.priya).pk, why=HOSTILE)[0] == 302
    assert "Taken off" in desk.get()
    text = priya.get()
    for words in ("was taken off this problem", "&lt;script", "We saw nothing.", "Your section"):
        assert words in text
    assert "Root cause" not in text
    assert priya.client.get(f"{priya.url}cause").status_code == 404
    assert str(it.problem) in priya.client.get("/problems/?show=past").content.decode()
    assert str(it.problem) not in priya.client.get("/problems/").content.decode()
