"""What a desk asked for and did not get, counted for that desk and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crossdesk.access import Role
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer

Browser = Callable[[Viewer], Client]


def without(here: Cast, *keys: str, only: list[str] | None = None) -> Case:
    report = Report("IF-036 is late", "missing-mpan-data", missing_evidence=keys, without_because="Not at hand.")
    return raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=now(), only=only)


def text(client: Client, address: str = "/queue/without") -> str:
    return client.get(address).content.decode()


def test_it_counts_cases_by_what_was_missing_and_leads_to_them(
    here: Cast, browser: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = without(here, "mpan", "timestamp"), without(here, "mpan")
    client = browser(here.nia)
    assert 'href="/queue/without?' in text(client, "/queue/")
    with django_assert_max_num_queries(20) as asked:
        page = text(client)
    assert "<b>2</b> cases" in page
    assert page.count(f"/cases/{first}/") == page.count(f"/cases/{second}/") == 1
    assert '<th scope="row">Sycamore Energy</th><td class="num">2</td>' in page
    for _ in range(4):
        without(here, "mpan", "timestamp")
    with django_assert_max_num_queries(len(asked)):
        assert "<b>6</b> cases" in text(client)


def test_another_desk_and_a_raiser_learn_nothing_of_it(here: Cast, browser: Browser) -> None:
    case = without(here, "mpan")
    assert "Every case brought what was asked." in text(browser(here.gwen))
    assert case.reference not in text(browser(here.priya))
    assert browser(here.gwen).get(f"/queue/without?desk={here.elexon_desk.pk}").status_code == 404


def test_a_restricted_case_is_not_counted_for_the_whole_desk(here: Cast, browser: Browser) -> None:
    somebody("Vic Lane", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    without(here, "mpan", only=[])
    assert "Every case brought what was asked." in text(browser(here.nia))
