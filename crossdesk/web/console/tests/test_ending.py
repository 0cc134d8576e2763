"""Closing on the pages: an excuse for each breached clock, and the reviews a desk's leads owe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crossdesk.access import Role
from crossdesk.cases import closing, triage
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.cases.triage import Judged
from crossdesk.clocks.models import Clock
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.console.clocks import row

Browser = Callable[[Viewer], Client]
LONG_AGO = timedelta(days=3)
HOUR = timedelta(hours=1)


@pytest.fixture
def mona(here: Cast) -> Viewer:
    return somebody("Mona Rees", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)


def late(here: Cast) -> Case:
    """Raised three days ago in the DIP as a P2, and resolved a day after: fourteen hours late."""
    at, report = now() - LONG_AGO, Report("IF-036 is late", "missing-mpan-data", system="dip")
    case = raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=at)
    triage.take(case, by=here.nia, at=at)
    triage.prioritise(case, Judged(2, "as judged", "several", "now"), by=here.nia, at=at)
    triage.own(case, by=here.nia, at=at)
    closing.resolve(case, words="Loaded again.", by=here.nia, at=at + 24 * HOUR)
    return case


def missed(case: Case) -> Clock:
    with verbs():
        return Clock.objects.get(thread=case.pk, measure="resolve")


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def close(client: Client, case: Case, given: dict[str, str] | None = None, status: int = 302) -> str:
    response = client.post(f"/cases/{case}/closure", {"why": "No word for two days."} | (given or {}))
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_the_closing_form_asks_for_an_excuse_of_each_breached_clock(here: Cast, browser: Browser) -> None:
    case = late(here)
    shown = page(browser(here.nia), f"/cases/{case}/closure")
    assert "Excuse for the case, resolve" in shown
    assert "14 h 00 m late. P2 in DIP: 10 h. Left empty it stays a breach." in shown
    assert "Excuse for the case, respond" not in shown
    assert "Ask for a review" not in shown


def test_closing_with_an_excuse_is_told_and_without_one_goes_as_breached(here: Cast, browser: Browser) -> None:
    nia, excused, breached = browser(here.nia), late(here), late(here)
    close(nia, excused, {f"excuse_{missed(excused).pk}": "The distributor's system was down."})
    close(nia, breached)
    told = page(nia, f"/cases/{excused}/")
    assert "Breach excused, resolve. The distributor&#39;s system was down." in told
    assert "resolve breached, excused" in told
    assert "14 h 00 m late, excused" in told
    assert "resolve breached, not excused" in page(nia, f"/cases/{breached}/")


def test_a_clock_that_ended_late_is_told_so_and_counts_on_no_more(here: Cast) -> None:
    with verbs():
        told = row(Clock.objects.get(pk=missed(late(here)).pk), "The case", now())
    assert told.words.endswith("14 h 00 m late")
    assert told.due is None


def test_the_case_page_leads_to_the_excuses_until_they_are_given(here: Cast, browser: Browser) -> None:
    case, nia = late(here), browser(here.nia)
    assert f"/cases/{case}/excuses" in page(nia, f"/cases/{case}/")
    assert f"/cases/{case}/excuses" not in page(browser(here.priya), f"/cases/{case}/")
    answer = nia.post(f"/cases/{case}/excuses", {})
    assert "Give a reason for at least one of the clocks." in answer.content.decode()
    nia.post(f"/cases/{case}/excuses", {f"excuse_{missed(case).pk}": "Their system was down."})
    assert f"/cases/{case}/excuses" not in page(nia, f"/cases/{case}/")


def test_a_manager_asks_for_a_review_takes_it_and_concludes_it(here: Cast, browser: Browser, mona: Viewer) -> None:
    case, lead = late(here), browser(mona)
    shown = page(lead, f"/cases/{case}/closure")
    assert "Ask for a review of this case" in shown
    assert "Say by when" in close(lead, case, {"review": "on", "review_due": ""}, 422)
    asked = {"review": "on", "review_why": "Why did nobody see it?", "review_due": "2031-01-01T17:00"}
    close(lead, case, {f"excuse_{missed(case).pk}": "Their system was down."} | asked)
    listed = page(lead, "/queue/reviews")
    assert "Why did nobody see it?" in listed
    assert "Nobody&#39;s yet" in listed
    with verbs():
        ask = ReviewAsk.objects.get()
    lead.post(f"/cases/{case}/review-taking", {"ask": ask.pk})
    assert "Mona Rees</td>" in page(lead, "/queue/reviews").replace("<br>", "</td>")
    lead.post(f"/cases/{case}/review-conclusion", {"ask": ask.pk, "words": "The group reads offers by mail now."})
    assert "No review is asked for." in page(lead, "/queue/reviews")
    assert str(case) in page(lead, "/queue/reviews?show=done")
    assert "Concluded the review" in page(browser(here.nia), f"/cases/{case}/")


def test_the_list_is_reached_from_the_queue_and_asks_no_more_for_more(
    here: Cast, browser: Browser, mona: Viewer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lead = browser(mona)
    assert 'href="/queue/reviews' in page(lead, "/queue/")
    assert "No review is asked for." in page(lead, "/queue/reviews")
    closing.confirm(late(here), by=here.priya, at=now())
    with django_assert_max_num_queries(20) as asked:
        assert "A case of high priority was not resolved in time." in page(lead, "/queue/reviews")
    for _ in range(4):
        closing.confirm(late(here), by=here.priya, at=now())
    with django_assert_max_num_queries(len(asked)):
        assert page(lead, "/queue/reviews").count("not resolved in time.") == 5


def test_another_desk_and_the_parties_learn_nothing_of_a_review(here: Cast, browser: Browser) -> None:
    case = late(here)
    closing.confirm(case, by=here.priya, at=now())
    assert "No review is asked for." in page(browser(here.gwen), "/queue/reviews")
    assert browser(here.gwen).get(f"/queue/reviews?desk={here.elexon_desk.pk}").status_code == 404
    for by in (here.priya, here.hal):
        assert str(case) not in page(browser(by), "/queue/reviews")
    assert "Reviews asked for" not in page(browser(here.priya), f"/cases/{case}/")


def test_an_agent_reads_the_list_and_is_told_whose_it_is(here: Cast, browser: Browser) -> None:
    case, nia = late(here), browser(here.nia)
    closing.confirm(case, by=here.priya, at=now())
    shown = page(nia, "/queue/reviews")
    assert "A service manager of the desk takes them" in shown
    assert "review-taking" not in shown
    with verbs():
        ask = ReviewAsk.objects.get()
    assert nia.post(f"/cases/{case}/review-taking", {"ask": ask.pk}).status_code == 403
    assert nia.post(f"/cases/{case}/review-conclusion", {"ask": 999_999, "words": "x"}).status_code == 422
