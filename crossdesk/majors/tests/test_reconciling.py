"""Before it closes: who agrees, who objects, who is silent, and what passes by nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases.tests.cast import NOON
from crossdesk.majors import declaring, reconciling, room
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident, OnIt
from crossdesk.majors.tests.conftest import Incident
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

HOUR = timedelta(hours=1)
LATER = NOON + 2 * HOUR


@pytest.fixture
def down(it: Incident) -> Incident:
    """Stood down; Pennine's help desk and Harrier are in the room, Sycamore is told."""
    declaring.declare(it.major, why="In every area.", by=it.ewan, at=NOON)
    for party, seat in ((it.here.pennine, it.here.pennine_help.seat), (it.here.harrier, it.here.harrier.seat)):
        room.bring_in(it.major, party, [seat], by=it.ewan, at=NOON)
    declaring.restore(it.major, why="Loads run.", by=it.ewan, at=NOON + HOUR)
    declaring.stand_down(it.major, why="612 are still to be sent.", by=it.ewan, at=NOON + HOUR)
    return it


def objects(down: Incident, by: Viewer, party: Party, why: str = "40 confirmations are missing.") -> None:
    reconciling.object_to(down.major, party, why=why, by=by, at=LATER)


def place(down: Incident, party: Party) -> OnIt:
    with verbs():
        return OnIt.objects.get(incident=down.major, party=party)


def close(down: Incident, without: str = "They do not answer.") -> None:
    declaring.close(down.major, why="Done.", without=without, by=down.ewan, at=LATER)


def test_a_party_in_the_room_objects_with_a_reason(down: Incident) -> None:
    objects(down, down.here.gwen, down.here.pennine)
    assert place(down, down.here.pennine).objecting
    with pytest.raises(Invalid, match="Say what is not reconciled"):
        objects(down, down.here.hal, down.here.harrier, " ")


def test_nobody_objects_for_another_but_the_lead(down: Incident) -> None:
    with pytest.raises(Invalid, match="Only Pennine Grid objects for itself, or Elexon Service Desk records its word"):
        objects(down, down.here.hal, down.here.pennine)
    objects(down, down.here.nia, down.here.sycamore)
    assert place(down, down.here.sycamore).objecting


def test_whoever_is_not_in_the_room_does_not_object(down: Incident) -> None:
    with pytest.raises(NotAllowed, match="Only those in the war room"):
        objects(down, down.here.priya, down.here.sycamore)


def test_nothing_closes_while_an_objection_stands_whatever_reason_is_given(down: Incident) -> None:
    objects(down, down.here.gwen, down.here.pennine)
    with pytest.raises(WrongStage, match=r"while an objection stands: Pennine Grid\. Put it right and record"):
        close(down)


def test_answered_it_closes_and_both_words_stay(down: Incident) -> None:
    objects(down, down.here.gwen, down.here.pennine)
    reconciling.answer(down.major, down.here.pennine, why="They come with run R1.", by=down.ewan, at=LATER)
    close(down)
    kept = place(down, down.here.pennine)
    assert (kept.objected_why, kept.answer) == ("40 confirmations are missing.", "They come with run R1.")
    with verbs():
        assert MajorIncident.objects.get().state == State.CLOSED


def test_an_answer_needs_its_reason_a_manager_and_an_objection(down: Incident) -> None:
    with pytest.raises(Invalid, match="No objection of Pennine Grid stands"):
        reconciling.answer(down.major, down.here.pennine, why="None.", by=down.ewan, at=LATER)
    objects(down, down.here.gwen, down.here.pennine)
    with pytest.raises(Invalid, match="Say why the incident may close although the party objects"):
        reconciling.answer(down.major, down.here.pennine, why=" ", by=down.ewan, at=LATER)
    with pytest.raises(NotAllowed, match="Only a major incident manager or service manager"):
        reconciling.answer(down.major, down.here.pennine, why="No.", by=down.here.gwen, at=LATER)


def test_agreeing_ends_an_objection_and_objecting_ends_an_agreement(down: Incident) -> None:
    objects(down, down.here.gwen, down.here.pennine)
    for party in (down.here.pennine, down.here.sycamore, down.here.harrier):
        reconciling.agree(down.major, party, words="All compared.", by=down.ewan, at=LATER)
    assert not place(down, down.here.pennine).objecting
    assert down.major.reconciled_at == LATER
    objects(down, down.here.gwen, down.here.pennine, "Three more are missing.")
    assert down.major.reconciled_at is None
    assert place(down, down.here.pennine).agreed_at is None


def test_a_second_objection_waits_for_the_answer_to_the_first(down: Incident) -> None:
    objects(down, down.here.gwen, down.here.pennine)
    with pytest.raises(Invalid, match="objects already, and nobody has answered yet"):
        objects(down, down.here.gwen, down.here.pennine)


def test_declared_again_everybody_is_asked_again(down: Incident) -> None:
    reconciling.agree(down.major, down.here.pennine, words="All compared.", by=down.ewan, at=LATER)
    objects(down, down.here.hal, down.here.harrier)
    declaring.declare_again(down.major, why="It came back.", by=down.ewan, at=LATER)
    with verbs():
        assert not OnIt.objects.exclude(agreed_at=None, objected_at=None).exists()


def test_what_a_party_says_is_read_by_itself_and_the_lead(down: Incident) -> None:
    objects(down, down.here.gwen, down.here.pennine)
    reconciling.answer(down.major, down.here.pennine, why="With run R1.", by=down.ewan, at=LATER)
    reconciling.agree(down.major, down.here.sycamore, words="Compared.", by=down.ewan, at=LATER)
    close(down)
    said = ["major.agree", "major.answer_objection", "major.object"]
    kinds = Entry.objects.filter(kind__in=[*said, "major.without"]).order_by("kind")
    for viewer, read in ((down.ewan, [*said, "major.without"]), (down.here.gwen, said[1:]), (down.here.hal, [])):
        with viewing(viewer):
            assert [entry.kind for entry in kinds.all()] == read
    with viewing(down.here.hal):
        assert [on.party.name for on in OnIt.objects.select_related("party")] == ["Harrier Energy"]
