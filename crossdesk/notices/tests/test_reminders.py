"""The holders of a war room's roles are reminded by mail of the update they promised, by the levels of the rules."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Clock
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.tests.post_office import PostOffice, arrive, words_of, written
from crossdesk.majors import declaring, room
from crossdesk.majors.room import Invited
from crossdesk.notices.tests.conftest import Incident, post
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIA, EWAN = "nia@elexon.example", "ewan@elexon.example"


@pytest.fixture
def ewan(it: Incident) -> Viewer:
    return somebody("Ewan Price", it.here.elexon, Role.MAJOR_INCIDENT_MANAGER, desk=it.here.elexon_desk)


def holds(it: Incident, role: str, who: Viewer) -> None:
    assert who.person is not None
    offered = room.offer_role(it.major, role, Invited(who.name, it.here.elexon, who.person), by=it.ewan, at=NOON)
    if offered.accepted_at is None:
        room.take_role(offered, by=who, at=NOON)


def due(it: Incident) -> Clock:
    with verbs():
        return Clock.objects.get(thread=it.major.pk, measure="update", ended_at=None)


def reminded(it: Incident, office: PostOffice, percent: int) -> list[str]:
    """Whom the letters go to that leave when so much of the time to the next update has passed."""
    clock = due(it)
    assert clock.due_at is not None
    at = clock.started_at + (clock.due_at - clock.started_at) * percent / 100
    while act_on_due(at):
        pass
    before = len(office.letters)
    post(at - NOON + MINUTE)
    return sorted(str(each["To"]) for each in office.letters[before:])


def test_each_level_reminds_the_roles_that_the_rules_name(it: Incident, ewan: Viewer, office: PostOffice) -> None:
    holds(it, "communications", it.here.nia)
    holds(it, "manager", ewan)
    assert reminded(it, office, 50) == [NIA]
    assert reminded(it, office, 75) == [NIA]
    assert reminded(it, office, 100) == [EWAN, NIA]
    assert f"The next update of {it.major} was promised for" in words_of(office.letters[-1])
    assert ", and has not left" in words_of(office.letters[-1])
    assert f"/majors/{it.major}/update/" in words_of(office.letters[-1])


def test_while_nobody_holds_a_role_the_desks_incident_managers_are_reminded(
    it: Incident, ewan: Viewer, office: PostOffice
) -> None:
    assert reminded(it, office, 50) == [EWAN]


def test_the_lead_desk_reads_who_was_reminded_and_nobody_else_does(
    it: Incident, ewan: Viewer, office: PostOffice
) -> None:
    room.bring_in(it.major, it.here.pennine, [it.here.pennine_help.seat], by=it.ewan, at=NOON)
    holds(it, "communications", it.here.nia)
    reminded(it, office, 50)
    with viewing(it.here.nia):
        entry = Entry.objects.select_related("body").get(thread=it.major.pk, kind="major.remind")
        assert entry.body.detail == {"level": "First line", "told": "Nia Bevan"}
        assert OutboxItem.objects.filter(incident=it.major.pk).count() == 1
    for other in (it.here.gwen, it.here.priya, it.here.hal):
        with viewing(other):
            assert not Entry.objects.filter(kind="major.remind").exists()
            assert not OutboxItem.objects.filter(incident__isnull=False).exists()


def test_an_incident_that_is_over_reminds_nobody(it: Incident, ewan: Viewer, office: PostOffice) -> None:
    declaring.restore(it.major, why="It runs.", by=it.ewan, at=NOON)
    declaring.stand_down(it.major, why="All sent.", by=it.ewan, at=NOON)
    declaring.close(it.major, why="Over.", without="By telephone.", by=it.ewan, at=NOON)
    while act_on_due(NOON + 9 * HOUR):
        pass
    assert post(9 * HOUR) == 0


def test_a_reply_to_a_reminder_waits_for_a_person(it: Incident, ewan: Viewer, office: PostOffice) -> None:
    reminded(it, office, 50)
    to = str(office.letters[-1]["Reply-To"])
    arrive(written(EWAN, to, "Re: The next update", "It comes at half past."), to)
    with verbs():
        mail = RawMail.objects.latest("pk")
    assert (mail.fate, mail.why) == (
        "unmatched", f"It answers a reminder about {it.major}; file it on a case under it, or set it aside.",
    )  # fmt: skip
