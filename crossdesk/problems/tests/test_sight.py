"""Competitors in one problem: who reads which row, asked of the database as each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON
from crossdesk.problems import analysing, fixing, involving
from crossdesk.problems.models import (
    Action,
    Answer,
    Behind,
    CaseOf,
    Cause,
    Draft,
    Line,
    Owner,
    Part,
    Problem,
    Proposal,
    Section,
    Sighting,
    Why,
)  # fmt: skip
from crossdesk.problems.tests.conftest import ACCOUNT, DAY, Shared
from crossdesk.threads.models import Entry, EntryBody
from crossdesk.threads.viewer import Lent, Viewer, verbs, viewing

EVERYTHING: tuple[Any, ...] = (
    Action, Answer, Behind, CaseOf, Cause, Draft, Line, Owner, Part, Problem, Proposal, Section, Sighting, Why,
)  # fmt: skip


def read(viewer: Viewer) -> str:
    with viewing(viewer):
        rows = [repr(each) for model in EVERYTHING for each in model.objects.values()]
        kinds = Entry.objects.filter(kind__startswith="problem.").values_list("pk", flat=True)
        bodies = [repr(each) for each in EntryBody.objects.filter(entry__in=list(kinds)).values()]
    return "\n".join([*rows, *bodies])


def written(it: Shared) -> None:
    """Everything that can stand in a problem, by each side."""
    it.analysed()
    fixing.describe(it.problem, ACCOUNT, by=it.mo, at=NOON)
    analysing.ask_why(it.problem, 1, "The queue ran full.", by=it.here.nia, at=NOON)
    analysing.write(it.problem, "We noticed late.", by=it.here.priya, at=NOON)
    analysing.sign(it.problem, by=it.here.priya, at=NOON)
    cause = analysing.state_cause(it.problem, "No alarm rang.", by=it.here.priya, at=NOON)
    analysing.answer_cause(cause, agrees=False, words="Ours rang.", by=it.here.gwen, at=NOON)
    owed: dict[str, Any] = {"owner": "Sam Lee", "due_at": NOON + DAY, "by": it.here.nia, "at": NOON}
    analysing.give_action(it.problem, "Alarm on silence", part=it.part(it.here.priya), **owed)
    analysing.add_line(it.problem, "A release went live.", happened_at=NOON - DAY, by=it.here.nia, at=NOON)
    fixing.know(it.problem, by=it.mo, at=NOON)


def test_before_it_is_involved_no_party_knows_of_it(it: Shared) -> None:
    assert [read(viewer) for viewer in (it.here.priya, it.here.hal, it.here.gwen)] == ["", "", ""]
    with pytest.raises(NotAllowed, match="Sycamore Energy is not involved in this problem, so it has no section in it"):
        analysing.write(it.problem, "Me too.", by=it.here.priya, at=NOON)


def test_no_row_that_a_competitor_reads_names_or_numbers_the_other(it: Shared) -> None:
    written(it)
    seen = read(it.here.hal)
    for shared in ("We noticed late.", "No alarm rang.", "Ours rang.", "Alarm on silence", "A release went live."):
        assert shared in seen
    with verbs():
        case = Case.objects.get()
        known = Behind.objects.get().known_error
    secrets = ("Sycamore", "Priya", "Sam Lee", "Pennine", "Gwen", str(case), str(case.pk), str(known))
    assert [secret for secret in secrets if secret in seen] == []
    assert f"'party_id': {it.here.sycamore.pk}," not in seen


def test_a_draft_is_read_by_its_party_alone(it: Shared) -> None:
    it.analysed()
    analysing.write(it.problem, "We noticed late.", by=it.here.priya, at=NOON)
    seat = it.here.sycamore.seat_id
    lent = Lent(seat, it.here.sycamore.pk, "Sycamore Energy", by_delegation=True)
    parent = replace(it.here.hal, seats=(*it.here.hal.seats, seat), lent=(lent,))
    assert "We noticed late." in read(it.here.priya)
    for viewer in (it.mo, it.here.hal, it.here.gwen, parent):
        assert "We noticed late." not in read(viewer)


def test_who_is_involved_later_reads_what_stands(it: Shared) -> None:
    fixing.analyse(it.problem, by=it.here.nia, at=NOON)
    analysing.ask_why(it.problem, 1, "The queue ran full.", by=it.here.nia, at=NOON)
    analysing.state_cause(it.problem, "The queue.", by=it.here.nia, at=NOON)
    involving.involve(it.problem, it.here.harrier, why="What did you see?", by=it.mo, at=NOON)
    assert "The queue ran full." in read(it.here.hal)
    assert "A case was raised" not in read(it.here.hal)
    assert read(it.here.priya) == ""


@pytest.mark.parametrize("words", ["Sycamore Energy told us", "MPAN 1600000000016"])
def test_what_was_the_desks_own_is_looked_through_before_a_party_reads_it(it: Shared, words: str) -> None:
    fixing.describe(it.problem, replace(ACCOUNT, seen=words), by=it.here.nia, at=NOON)
    with pytest.raises(Invalid, match=r"It (names Sycamore Energy|holds the MPAN)"):
        involving.involve(it.problem, it.here.harrier, why="What did you see?", by=it.mo, at=NOON)
    assert read(it.here.hal) == ""


def test_names_and_identifiers_do_not_get_in_afterwards(it: Shared) -> None:
    it.analysed()
    with pytest.raises(Invalid, match="It names Harrier Energy; parties of a problem are named only by themselves"):
        analysing.state_cause(it.problem, "Harrier Energy did it.", by=it.here.priya, at=NOON)
    assert analysing.state_cause(it.problem, "Sycamore Energy noticed late.", by=it.here.priya, at=NOON).number == 1


def test_a_party_that_shows_its_name_is_named_everywhere(it: Shared) -> None:
    it.analysed()
    cause = analysing.state_cause(it.problem, "No alarm rang.", by=it.here.gwen, at=NOON)
    analysing.name(it.problem, named=True, by=it.here.gwen, at=NOON)
    with viewing(it.here.hal):
        assert Cause.objects.get(pk=cause.pk).who == "Pennine Grid"


def test_markup_is_words_like_any_other(it: Shared) -> None:
    it.analysed()
    analysing.state_cause(it.problem, "<script>alert(1)</script>{{ 7*7 }}", by=it.here.priya, at=NOON)
    assert "<script>" in read(it.here.hal)
