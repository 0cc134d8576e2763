"""A review asked for and a desk proposed next reach the desk's nominated mailbox once, and no other reader."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Role
from crossdesk.cases import closing, restricting, triage
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.reviewing import Wanted
from crossdesk.cases.tests.cast import NOON, Cast, seen_at, somebody
from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import PostOffice, words_of
from crossdesk.parties.founding import found_party
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
BOX = "desk-lead@elexon.example"
DAY = timedelta(days=1)


@pytest.fixture
def mona(here: Cast) -> Viewer:
    return somebody("Mona Reid", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)


@pytest.fixture
def box(here: Cast) -> None:
    with verbs():
        Desk.objects.filter(pk=here.elexon_desk.pk).update(address=BOX)
        here.elexon_desk.refresh_from_db()
        dcc = found_party("Smart DCC", roles=["dcc"], central=True)
        open_desk("Switching Service Desk", rule="switching", owner=dcc, kind="service", home=Desk.Home.HOSTED)


def about_switching(here: Cast) -> Case:
    report = Report(summary="Nothing comes back", query_type="missing-mpan-data", impact="All of it.", system="css")
    case = raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    return case


def told(kind: str) -> list[str]:
    with verbs():
        return list(OutboxItem.objects.filter(kind=kind).values_list("to_address", flat=True))


def closed_with_a_review(here: Cast, mona: Viewer) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    closing.resolve(case, words="Run again.", by=here.nia, at=NOON)
    wanted = Wanted("Why nobody saw it.", NOON + 16 * DAY)
    closing.close(case, why="No word.", review=wanted, by=mona, at=NOON + 2 * DAY)
    return case


def test_a_proposed_desk_is_mailed_to_the_owners_mailbox_once(here: Cast, box: None, office: PostOffice) -> None:
    case = about_switching(here)
    with verbs():
        case.refresh_from_db()
    triage.own(case, by=here.nia, at=NOON)
    assert told("next_desk") == [BOX]
    send_due(lambda: NOON)
    letter = next(each for each in office.letters if each["To"] == BOX)
    assert "The rules propose Switching Service Desk: Nothing comes back" in letter["Subject"]
    assert "Central switching lies outside" in words_of(letter)
    for other in (here.priya, here.hal, here.gwen):
        with viewing(other):
            assert not OutboxItem.objects.filter(kind="next_desk").exists()


def test_a_desk_without_a_mailbox_reads_it_on_the_page_only(here: Cast, box: None) -> None:
    with verbs():
        Desk.objects.filter(pk=here.elexon_desk.pk).update(address="")
    about_switching(here)
    assert told("next_desk") == []


def test_a_review_asked_for_is_mailed_to_the_desks_mailbox(
    here: Cast, box: None, mona: Viewer, office: PostOffice
) -> None:
    closed_with_a_review(here, mona)
    assert told("review_asked") == [BOX]
    send_due(lambda: NOON + 2 * DAY)
    letter = next(each for each in office.letters if "A review is asked for" in each["Subject"])
    assert "Why nobody saw it." in words_of(letter)
    assert "due by 10 Dec 2026, 12:00 GMT" in words_of(letter)


def test_without_a_mailbox_a_review_is_told_to_those_who_may_take_it(here: Cast, mona: Viewer) -> None:
    closed_with_a_review(here, mona)
    assert told("review_asked") == ["mona@elexon.example"]


def test_no_letter_leaves_about_a_restricted_case(here: Cast, box: None, mona: Viewer) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    closing.resolve(case, words="Run again.", by=here.nia, at=NOON)
    restricting.restrict(case, names=["mona@elexon.example"], why="A complaint about a person.", by=mona, at=NOON)
    named = seen_at(mona)
    closing.close(case, why="No word.", review=Wanted("Why.", NOON + 16 * DAY), by=named, at=NOON + 2 * DAY)
    assert told("review_asked") == []
