"""The war room: who has which role, what is owed, and what only the lead desk reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.tests.cast import NOON
from crossdesk.majors import room
from crossdesk.majors.models import Action, MajorIncident, RoleHeld
from crossdesk.majors.room import Invited, Situation
from crossdesk.majors.tests.conftest import Incident
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

HOUR = timedelta(hours=1)


def offered(it: Incident, to: Viewer, role: str = "manager") -> RoleHeld:
    party = it.here.pennine if to is it.here.gwen else it.here.elexon
    return room.offer_role(it.major, role, Invited(to.name, party, to.person), by=it.ewan, at=NOON)


def holder(it: Incident, role: str = "manager") -> str:
    with verbs():
        return RoleHeld.objects.get(incident=it.major, role=role, ended_at=None, accepted_at__isnull=False).name


def test_a_role_is_held_once_it_is_accepted(it: Incident) -> None:
    room.take_role(offered(it, it.here.nia), by=it.here.nia, at=NOON)
    assert holder(it) == "Nia Bevan"


def test_only_whom_it_was_offered_to_accepts(it: Incident) -> None:
    with pytest.raises(NotAllowed, match="was offered to Nia Bevan"):
        room.take_role(offered(it, it.here.nia), by=it.here.tom, at=NOON)


def test_handing_over_leaves_no_moment_without_a_holder(it: Incident) -> None:
    room.take_role(offered(it, it.here.nia), by=it.here.nia, at=NOON)
    second = offered(it, it.here.tom)
    assert holder(it) == "Nia Bevan"
    room.take_role(second, by=it.here.tom, at=NOON)
    assert holder(it) == "Tom Okafor"


def test_a_team_reached_by_telephone_is_recorded_by_the_lead(it: Incident) -> None:
    control = room.offer_role(it.major, "liaison", Invited("Control room", it.here.pennine), by=it.ewan, at=NOON)
    room.take_role(control, by=it.here.nia, at=NOON)
    assert holder(it, "liaison") == "Control room"


def test_a_party_brought_in_reads_the_room_and_not_the_leads_own_notes(it: Incident) -> None:
    room.bring_in(it.major, it.here.pennine, [it.here.pennine_help.seat], by=it.ewan, at=NOON)
    room.note(it.major, "The load stopped at record 48,112.", by=it.ewan, at=NOON)
    room.note(it.major, "Ring their director next.", by=it.ewan, at=NOON, internal=True)
    with viewing(it.here.gwen):
        words = list(Entry.objects.filter(kind="major.note").values_list("body__words", flat=True))
        assert (words, MajorIncident.objects.count()) == (["The load stopped at record 48,112."], 1)


def test_an_event_keeps_its_own_time(it: Incident) -> None:
    entry = room.note(it.major, "The load stopped.", by=it.ewan, at=NOON, happened_at=NOON - 10 * HOUR)
    assert (entry.happened_at, entry.recorded_at) == (NOON - 10 * HOUR, NOON)


def test_an_event_cannot_lie_ahead(it: Incident) -> None:
    with pytest.raises(Invalid, match="cannot have happened in the future"):
        room.note(it.major, "The load stopped.", by=it.ewan, at=NOON, happened_at=NOON + HOUR)


def test_each_writing_of_the_situation_is_numbered(it: Incident) -> None:
    for words in ("Load stopped.", "Load stopped at 02:10."):
        room.describe(it.major, Situation(words, "", ""), by=it.ewan, at=NOON)
    assert (it.major.situation, it.major.conditions) == (2, "Load stopped at 02:10.")


def test_an_action_has_a_party_an_owner_and_a_time(it: Incident) -> None:
    with pytest.raises(Invalid, match="a due time that lies ahead"):
        room.give_action(it.major, "Rerun", party=it.here.pennine, owner="Ruth", due_at=NOON, by=it.ewan, at=NOON)


def test_only_the_party_or_the_lead_finishes_an_action(it: Incident) -> None:
    room.bring_in(it.major, it.here.pennine, [it.here.pennine_help.seat], by=it.ewan, at=NOON)
    mine = room.give_action(
        it.major, "Check DIP", party=it.here.elexon, owner="Tom", due_at=NOON + HOUR, by=it.ewan, at=NOON
    )
    with pytest.raises(NotAllowed, match="Only Elexon or Elexon Service Desk says that this is done"):
        room.finish_action(mine, result="Done.", by=it.here.gwen, at=NOON)
    room.finish_action(mine, result="Healthy.", by=it.here.tom, at=NOON)
    with verbs():
        assert Action.objects.get(pk=mine.pk).result == "Healthy."


def test_whoever_is_not_in_the_room_writes_nothing(it: Incident) -> None:
    with pytest.raises(NotAllowed, match="Only those in the war room"):
        room.note(it.major, "Me too.", by=it.here.hal, at=NOON)
