"""Each level of escalation reaches its people by mail, once, and nobody who may not see the case reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Role
from crossdesk.cases import assigning, closing, restricting, triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.cases.tests.test_clocking import judge
from crossdesk.clocks.due import act_on_due
from crossdesk.desks.founding import open_desk, open_group
from crossdesk.desks.models import Desk
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import PostOffice, words_of
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import Membership
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
ASK = Engagement("Confirm.", "It runs there.")
MINUTE = timedelta(minutes=1)
"""The cast's desk promises triage within thirty of them, so its levels stand at 15, 23, 30 and 60."""


@pytest.fixture
def mona(here: Cast) -> Viewer:
    return somebody("Mona Reid", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)


def time_comes(minutes: float) -> None:
    while act_on_due(NOON + minutes * MINUTE):
        pass


def taken(office: PostOffice, minutes: float) -> list[str]:
    """Whom the letters that leave by then go to; each is sent through the mail server."""
    time_comes(minutes)
    before = len(office.letters)
    send_due(lambda: NOON + (minutes + 1) * MINUTE)
    return [str(letter["To"]) for letter in office.letters[before:]]


def levels(viewer: Viewer, case: Case) -> list[tuple[str, str]]:
    with viewing(viewer):
        rows = Entry.objects.filter(thread=case.pk, kind="case.escalated").select_related("body").order_by("seq")
        return [(row.body.detail["level"], row.body.detail["told"]) for row in rows]


def test_each_level_reaches_its_people_when_its_part_of_the_target_has_passed(
    here: Cast, mona: Viewer, office: PostOffice
) -> None:
    case = here.case()
    assert taken(office, 14) == []
    assert taken(office, 15) == ["nia@elexon.example", "tom@elexon.example"]
    assert taken(office, 23) == ["mona@elexon.example"]  # no group has it, so the desk's manager decides
    assert taken(office, 30) == ["mona@elexon.example"]
    assert taken(office, 60) == ["mona@elexon.example"]
    told = [name for name, _ in levels(here.nia, case)]
    assert told == ["First line", "Resolver lead", "Service manager", "Governance body"]


def test_the_letter_says_which_promise_and_links_to_the_case(here: Cast, mona: Viewer, office: PostOffice) -> None:
    case = here.case()
    taken(office, 30)
    letter = office.letters[-1]
    assert str(case) in letter["Subject"]
    assert "Escalated to the service manager: IF-036" in letter["Subject"]
    assert "Elexon Service Desk has missed what was promised" in words_of(letter)
    assert "12:30 GMT" in words_of(letter)
    assert f"/cases/{case}/" in words_of(letter)


def test_a_level_is_told_once_however_many_promises_pass_it(here: Cast, mona: Viewer, office: PostOffice) -> None:
    case = here.case()
    taken(office, 30)
    triage.take(case, by=here.nia, at=NOON + 31 * MINUTE)
    judge(case, here, 1)
    taken(office, 60 * 24 * 3)
    told = [name for name, _ in levels(here.nia, case)]
    assert len(told) == len(set(told))


def test_the_group_that_has_the_work_is_told_and_no_other(here: Cast, mona: Viewer, office: PostOffice) -> None:
    with verbs():
        ivo = somebody("Ivo Cole", here.pennine, Role.RESOLVER, desk=here.pennine_help)
        group = open_group(here.pennine_help, "Registration", Membership.objects.get(person=ivo.person))
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    assigning.assign_leg(leg, group=group, by=here.gwen, at=NOON)
    assert taken(office, 89)[-1] == "gwen@pennine.example"
    assert taken(office, 90) == ["ivo@pennine.example"]


def test_an_engaged_desks_people_are_told_of_its_leg_and_the_other_end_reads_none_of_it(
    here: Cast, mona: Viewer, office: PostOffice
) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    assert "gwen@pennine.example" in taken(office, 60)
    assert ("First line", "1 letter by mail") in levels(here.gwen, case)
    with viewing(here.nia):
        assert not OutboxItem.objects.filter(to_address="gwen@pennine.example").exists()
        seen = Entry.objects.filter(thread=case.pk, kind="case.escalated").exclude(facts__leg=0)
        assert not seen.exists()
    assert levels(here.priya, case) == levels(here.hal, case) == []


def test_a_desk_that_keeps_its_own_tool_gets_it_at_its_mailbox_and_its_sender_the_rest(
    here: Cast, mona: Viewer, office: PostOffice
) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    with verbs():
        Desk.objects.filter(pk=here.pennine_service.pk).update(answer_within=timedelta(hours=2))
        here.pennine_service.refresh_from_db()
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)
    assert "service@pennine.example" in taken(office, 60)
    assert taken(office, 120) == ["mona@elexon.example"] * 2  # no group has it here, so both levels are hers
    assert ("Service manager", "1 letter by mail") in levels(here.nia, case)


def test_the_level_above_the_desks_is_told_the_reference_and_nothing_of_the_case(
    here: Cast, mona: Viewer, office: PostOffice
) -> None:
    with verbs():
        dcc = found_party("Smart DCC", roles=["dcc"], central=True)
        switching = open_desk(
            "Switching Service Desk", rule="switching", owner=dcc, kind="service", home=Desk.Home.HOSTED,
            triage_within=30 * MINUTE,
        )  # fmt: skip
    report = Report(summary="Sycamore cannot switch anybody", query_type="switching-issue", impact="All of it.")
    case = raise_case(report, raiser=here.sycamore, to=switching, by=here.priya, at=NOON)
    assert taken(office, 60) == ["mona@elexon.example"]
    letter = office.letters[-1]
    assert str(case) in letter["Subject"]
    assert "Sycamore" not in letter["Subject"] + words_of(letter)
    assert "Ask Switching Service Desk, which owns it" in words_of(letter)
    with viewing(mona):
        assert not Case.objects.filter(pk=case.pk).exists()


def test_where_nobody_could_be_told_the_case_says_so(here: Cast, office: PostOffice) -> None:
    case = here.case()
    assert taken(office, 30) == ["nia@elexon.example", "tom@elexon.example"]
    assert levels(here.nia, case)[-1] == (
        "Service manager", "nobody: Elexon Service Desk has nobody there who could be told"
    )  # fmt: skip


def test_of_a_restricted_case_no_letter_leaves(here: Cast, mona: Viewer, office: PostOffice) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    restricting.restrict(
        case, names=["mona@elexon.example", "gwen@pennine.example"], why="A grievance.", by=mona, at=NOON
    )
    taken(office, 600)
    with verbs():
        assert not OutboxItem.objects.filter(kind="escalated").exists()


def test_a_closed_case_escalates_to_nobody(here: Cast, office: PostOffice) -> None:
    case = here.case()
    closing.withdraw(case, by=here.priya, at=NOON, why="It went away.")
    assert taken(office, 60) == []
    assert levels(here.nia, case) == []
