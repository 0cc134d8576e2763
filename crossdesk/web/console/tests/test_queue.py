from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.queue import PAGE, Place
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.cases.triage import Judged
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer

ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your registration service.")
Browser = Callable[[Viewer], Client]


def page(client: Client, address: str = "/queue/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def rows(text: str) -> int:
    return text.count('<tr role="row" id=')


def owned(here: Cast, summary: str = "Owned and engaged") -> Case:
    case = here.case(summary)
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def test_each_desk_sees_its_own_work(here: Cast, browser: Browser) -> None:
    alone, shared = here.case("Only at Elexon"), owned(here)
    engage(shared, here.pennine_help, ASK, by=here.nia, at=NOON)
    for viewer in (here.nia, here.tom):
        text = page(browser(viewer))
        assert alone.reference in text
        assert shared.reference in text
        assert rows(text) == 2
    text = page(browser(here.gwen))
    assert shared.reference in text
    assert alone.reference not in text
    assert rows(text) == 1


@pytest.mark.parametrize("name", ["priya", "hal"])
def test_who_works_at_no_desk_has_no_queue(here: Cast, browser: Browser, name: str) -> None:
    case = here.case()
    text = page(browser(getattr(here, name)))
    assert "You work at no desk." in text
    assert case.reference not in text


def test_another_desk_is_as_if_not_there(here: Cast, browser: Browser) -> None:
    assert browser(here.nia).get(f"/queue/?desk={here.pennine_help.pk}").status_code == 404
    assert browser(here.nia).get("/queue/?desk=0").status_code == 404


def test_views_and_filters_narrow(here: Cast, browser: Browser) -> None:
    here.case("Waits for triage")
    case = owned(here)
    triage.prioritise(case, Judged(2, "Agreed.", "", ""), by=here.nia, at=NOON)
    client = browser(here.nia)
    expected = {
        "view=us": 1, "view=nobody": 1, "view=them": 0, "view=triage": 1, "view=resolved": 0, "view=bounced": 0,
        "view=offers": 0, "view=me": 0, "view=trouble": 0, "priority=2": 1, "priority=1": 0, "priority=1,2": 1,
        "stage=assigned": 1, "system=DIP": 0, f"party={here.sycamore.pk}": 2, f"party={here.harrier.pk}": 0,
        "leg=sending": 0, "scenario=missing-mpan-data": 0,
    }  # fmt: skip
    assert {address: rows(page(client, f"/queue/?{address}")) for address in expected} == expected


def test_paging_shows_each_row_once_and_costs_the_same(
    here: Cast, browser: Browser, django_assert_max_num_queries: Callable[..., object]
) -> None:
    written = {here.case(f"Case {number}").reference for number in range(PAGE + 3)}
    client = browser(here.nia)
    with django_assert_max_num_queries(20) as counted:  # type: ignore[attr-defined]
        first = page(client)
    spent = len(counted)
    assert rows(first) == PAGE
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = page(client, following)
    assert rows(second) == 3
    shown = {reference for reference in written if reference in first} | {r for r in written if r in second}
    assert shown == written
    with django_assert_max_num_queries(spent):  # type: ignore[attr-defined]
        page(client, following)


def test_a_place_reads_back_what_it_wrote() -> None:
    for place in (Place(2, now(), 7), Place(5, None, 1)):
        assert Place.read(str(place)) == place
    for broken in ("", "1~2", "a~b~c", "1~2026-01-01~3", "1~yesterday~3"):
        assert Place.read(broken) is None


def test_the_refreshed_part_is_the_same_table(here: Cast, browser: Browser) -> None:
    case = here.case()
    part = page(browser(here.nia), "/queue/?part=work")
    assert case.reference in part
    assert "<html" not in part


@pytest.mark.parametrize(
    "query",
    ["after=9~~99999999999999999999999", "after=%00", "system=%00", "view=%00", "priority=x", "stage=' or 1", "part=x"],
)
def test_an_address_bent_by_hand_is_still_answered(here: Cast, browser: Browser, query: str) -> None:
    here.case()
    page(browser(here.nia), f"/queue/?{query}")


def test_a_desk_that_is_no_number_is_not_there(here: Cast, browser: Browser) -> None:
    for desk in ("²", "-1", "9" * 40, "x"):
        assert browser(here.nia).get("/queue/", {"desk": desk}).status_code == 404


def test_an_empty_view_teaches(here: Cast, browser: Browser) -> None:
    assert "The second bounce" in page(browser(here.nia), "/queue/?view=bounced")


def test_late_work_says_so(here: Cast, browser: Browser) -> None:
    case = here.case()
    assert NOON + timedelta(minutes=30) == case.raised_at + here.elexon_desk.triage_within  # type: ignore[operator]
    late = now() > NOON + timedelta(minutes=30)
    assert rows(page(browser(here.nia), "/queue/?view=overdue")) == late
