"""One fact sheet, read by each audience as far as it may; the promise; stopping in time; a second person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.cases.tests.cast import NOON
from crossdesk.clocks.due import act_on_due
from crossdesk.clocks.models import Clock
from crossdesk.impact.register import claim_party
from crossdesk.jobs.clockwork import Clockwork
from crossdesk.majors import room
from crossdesk.majors.declaring import restore, stand_down
from crossdesk.majors.models import MajorIncident
from crossdesk.notices.models import Briefing, Bulletin, Line, Post, Recipient
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import agree, send, stop, take_back
from crossdesk.notices.sheet import Said
from crossdesk.notices.tests.conftest import LATER, NEXT, Incident, contact, fresh
from crossdesk.notices.writing import previews
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

MINUTE = timedelta(minutes=1)
State = Briefing.State


def read_by(viewer: Viewer) -> list[str]:
    with viewing(viewer):
        return list(Entry.objects.filter(kind="briefing.published").values_list("body__words", flat=True))


def clock(it: Incident) -> Clock:
    with verbs():
        return Clock.objects.filter(thread=it.major.pk).latest("pk")


def promised(it: Incident) -> object:
    with verbs():
        return MajorIncident.objects.get(pk=it.major.pk).next_update_by


# Who reads what


def test_each_audience_reads_the_lines_that_are_marked_for_it(it: Incident) -> None:
    briefing = it.draft("resolvers", "affected", "public")
    words = {each.key: each.words for each in previews(briefing, by=it.here.nia)}
    assert "48,112" in words["resolvers"]
    assert "48,112" not in words["affected"]
    assert "Hold appointments" in words["affected"]
    assert words["public"] == (
        "What happened\n- Registrations did not load on Tuesday night.\n\nNext update by 24 Nov 2026, 13:00 GMT."
    )
    assert not any("director" in each for each in words.values())


def test_a_line_is_the_lead_desks_own_until_it_is_marked() -> None:
    assert Said("happened", "Words.").mark == "lead"


def test_a_party_that_is_told_reads_the_update_and_nothing_of_the_room(it: Incident) -> None:
    room.note(it.major, "The load stopped at record 48,112.", by=it.ewan, at=NOON)
    it.out("affected")
    with viewing(it.here.hal):
        assert MajorIncident.objects.count() == 0
        assert Briefing.objects.count() + Line.objects.count() + Recipient.objects.count() == 0
        assert set(Entry.objects.values_list("kind", flat=True)) == {"briefing.published"}
        assert Bulletin.objects.get().reference == it.major.reference
    assert ["48,112" in words for words in read_by(it.here.hal)] == [False]


def test_being_told_does_not_open_the_room_later(it: Incident) -> None:
    it.out("affected")
    room.note(it.major, "Only for the room.", by=it.ewan, at=LATER)
    with viewing(it.here.hal):
        assert not Entry.objects.filter(kind="major.note").exists()
        assert MajorIncident.objects.count() == 0


def test_who_is_neither_affected_nor_in_the_room_reads_nothing(it: Incident) -> None:
    it.out("resolvers")
    assert read_by(it.here.hal) == []
    assert len(read_by(it.here.nia)) == 1


def test_a_line_without_readers_is_told_before_sending(it: Incident) -> None:
    briefing = it.draft("public", lines=[Said("doing", "Nobody's yet.")])
    with pytest.raises(Invalid, match="No line is marked for public"):
        send(briefing, by=it.here.nia, at=NOON)


def test_only_the_lead_desk_writes_and_looks(it: Incident) -> None:
    briefing = it.draft()
    for who in (it.here.gwen, it.here.priya):
        with pytest.raises(NotAllowed, match="Only Elexon Service Desk, which leads"):
            previews(briefing, by=who)
        with pytest.raises(NotAllowed, match="can send an update"):
            send(briefing, by=who, at=NOON)


def test_each_raiser_reads_it_on_its_own_case(it: Incident) -> None:
    it.out("raisers", lines=[Said("happened", "Registrations did not load.", "raisers")])
    with viewing(it.here.priya):
        told = Entry.objects.get(thread=it.case.pk, kind="case.major_update")
        assert "Registrations did not load." in told.body.words
    with viewing(it.here.hal):
        assert not Entry.objects.filter(kind="case.major_update").exists()


def test_the_public_reads_a_post(it: Incident) -> None:
    briefing = it.draft("public")
    send(briefing, by=it.here.nia, at=NOON)
    agree(briefing, by=it.ewan, at=NOON)
    leave_due(NOON + MINUTE)
    with viewing(it.here.hal):
        assert "Registrations did not load" in Post.objects.get().words


# The promise


def test_a_declaration_promises_by_the_plan_and_says_nobody_published_it(it: Incident) -> None:
    assert promised(it) == NOON + timedelta(minutes=30)
    assert (clock(it).measure, clock(it).published) == ("update", False)


def test_an_update_meets_the_promise_and_makes_the_next(it: Incident) -> None:
    first = clock(it)
    it.out()
    with verbs():
        first.refresh_from_db()
    assert (first.state, first.breached_at) == (Clock.State.MET, None)
    assert (promised(it), clock(it).due_at) == (NEXT, NEXT)


def test_a_broken_promise_is_told_to_the_room_like_any_other(it: Incident) -> None:
    it.out()
    while act_on_due(NEXT + MINUTE):
        pass
    with verbs():
        told = Entry.objects.filter(thread=it.major.pk, kind__in=["clock.warned", "clock.breached"])
        assert [each.kind for each in told.order_by("seq")][-1] == "clock.breached"
        assert clock(it).breached_at == NEXT
        assert set(told.last().seats) == set(it.major.seats)  # type: ignore[union-attr]


def test_a_promise_that_is_no_minute_ahead_is_refused(it: Incident) -> None:
    briefing = it.draft()
    with pytest.raises(Invalid, match="lies no minute ahead"):
        send(briefing, by=it.here.nia, at=NEXT)


# Stopping it


def test_nothing_exists_outside_until_the_wait_is_over(it: Incident) -> None:
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    assert fresh(briefing).leaves_at == NOON + MINUTE
    assert leave_due(NOON + timedelta(seconds=59)) == 0
    assert read_by(it.here.hal) == []


def test_stopped_in_time_nobody_ever_reads_it(it: Incident) -> None:
    contact(it.here.harrier, "ops@harrier.example")
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    stop(briefing, why="The count is wrong.", by=it.here.tom, at=NOON + timedelta(seconds=59))
    assert leave_due(NOON + MINUTE) == 0
    assert read_by(it.here.hal) == []
    with verbs():
        assert set(Recipient.objects.exclude(address="").values_list("state", flat=True)) == {"stopped"}
    it.draft()  # and the next one is written


def test_too_late_is_said_plainly(it: Incident) -> None:
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    with pytest.raises(WrongStage, match="left at 12:01; write another that puts it right"):
        stop(briefing, why="Wrong.", by=it.here.tom, at=NOON + MINUTE)


def test_a_party_that_became_affected_meanwhile_holds_it_back(it: Incident) -> None:
    briefing = it.draft(lines=[Said("happened", "Pennine Grid runs the load again.", "affected")])
    send(briefing, by=it.here.nia, at=NOON)
    claim_party(it.case, it.here.pennine, by=it.here.nia, at=NOON)
    leave_due(NOON + MINUTE)
    assert (fresh(briefing).state, read_by(it.here.hal)) == (State.DRAFT, [])
    with verbs():
        told = Entry.objects.get(kind="major.hold_update")
        assert "names Pennine Grid, which is affected" in told.body.words


def test_one_that_waited_past_its_own_promise_is_held_back_and_says_so(it: Incident) -> None:
    """Where no worker ran meanwhile."""
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    leave_due(NEXT)
    assert (fresh(briefing).state, read_by(it.here.hal)) == (State.DRAFT, [])
    with verbs():
        assert "promise a later one" in Entry.objects.get(kind="major.hold_update").body.words


def test_the_workers_own_clock_lets_it_leave(it: Incident) -> None:
    send(it.draft(), by=it.here.nia, at=NOON)
    Clockwork().look(NOON + MINUTE)
    assert len(read_by(it.here.hal)) == 1


# Two people


@pytest.mark.parametrize("wide", ["public", "parties"])
def test_a_market_wide_notice_needs_a_second_person(it: Incident, wide: str) -> None:
    briefing = it.draft(wide)
    send(briefing, by=it.here.nia, at=NOON)
    assert (fresh(briefing).state, leave_due(LATER)) == (State.ASKED, 0)
    with pytest.raises(NotAllowed, match="Nia Bevan asked for this; another person"):
        agree(briefing, by=it.here.nia, at=NOON)
    agree(briefing, by=it.here.tom, at=NOON)
    assert leave_due(NOON + MINUTE) == 1
    assert len(read_by(it.here.hal)) == 1


def test_what_waits_for_a_second_person_is_not_changed_under_them(it: Incident) -> None:
    briefing = it.draft("public")
    send(briefing, by=it.here.nia, at=NOON)
    with pytest.raises(Invalid, match="waits for a second person"):
        it.draft("public", lines=[Said("happened", "Something else.", "public")])
    take_back(briefing, why="A word is wrong.", by=it.here.nia, at=NOON)
    it.draft("public", lines=[Said("happened", "Something else.", "public")])


def test_whoever_presses_second_is_told_who_was_first(it: Incident) -> None:
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    with pytest.raises(Moved, match=r"Nia Bevan was here before you: .* leaves at 12:01 and can be stopped until then"):
        send(briefing, by=it.here.tom, at=NOON)


def test_every_step_is_an_entry(it: Incident) -> None:
    it.out()
    with verbs():
        kinds = list(Entry.objects.filter(thread=it.major.pk).order_by("seq").values_list("kind", flat=True))
    assert [each for each in kinds if "update" in each or "brief" in each] == [
        "major.draft_update",
        "major.release_update",
        "major.brief",
    ]


def test_after_the_end_no_promise_stands(it: Incident) -> None:
    it.out()
    restore(it.major, why="It loads again.", by=it.ewan, at=LATER)
    stand_down(it.major, why="Nothing is late.", by=it.ewan, at=LATER)
    assert (promised(it), clock(it).state) == (None, Clock.State.STOPPED)
