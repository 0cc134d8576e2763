"""Two managers, two proposals, a withdrawal meanwhile: on real connections, with real locks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from crossdesk.access import Role
from crossdesk.cases import closing, triage
from crossdesk.cases.models import Case, Hold
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.cases.tests.test_races import again, at_once
from crossdesk.majors import declaring, proposing
from crossdesk.majors.declaring import propose
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.tests.conftest import PROPOSAL
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs

ROUNDS = 3
"""Whoever is first differs; each round must end well."""


@dataclass(frozen=True)
class Two:
    here: Cast
    ewan: Viewer
    fay: Viewer

    def case(self) -> Case:
        case = self.here.case()
        triage.take(case, by=self.here.nia, at=NOON)
        return case

    def candidate(self) -> tuple[Case, MajorIncident]:
        case = self.case()
        return case, propose(PROPOSAL, lead=self.here.elexon_desk, cases=[case], at=NOON)


@pytest.fixture
def two(committed: str) -> Two:
    here = cast()
    managers = [
        somebody(name, here.elexon, Role.MAJOR_INCIDENT_MANAGER, desk=here.elexon_desk)
        for name in ("Ewan Price", "Fay Lunt")
    ]
    return Two(here, *managers)


def copy(incident: MajorIncident) -> MajorIncident:
    with verbs():
        return MajorIncident.objects.select_related("lead__owner").get(pk=incident.pk)


def test_two_managers_declare_at_once_and_one_is_told_who_was_first(two: Two) -> None:
    _, major = two.candidate()
    with verbs():
        seen = Entry.objects.filter(thread=major.pk).count()
    mine, theirs = copy(major), copy(major)
    told = at_once(
        lambda: declaring.declare(mine, why="In every area.", by=two.ewan, at=NOON, seen=seen),
        lambda: declaring.declare(theirs, why="It is everywhere.", by=two.fay, at=NOON, seen=seen),
    )
    first, second = (two.ewan, two.fay) if told[0] == "done" else (two.fay, two.ewan)
    assert sorted(told)[1] == "done"
    assert f"{first.name} was here before you: “Declared”" in sorted(told)[0]
    assert copy(major).declared_by == first.name != second.name


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_proposals_at_once_make_one_candidate(two: Two, _round: int) -> None:
    case = two.case()
    mine, theirs = again(case), again(case)
    told = at_once(
        lambda: proposing.by_hand(mine, title="Data missing", because="Everywhere.", by=two.ewan, at=NOON),
        lambda: proposing.by_hand(theirs, title="Data missing", because="Many calls.", by=two.fay, at=NOON),
    )
    with verbs():
        major = MajorIncident.objects.get()
    assert sorted(told) == [f"{case} is under {major} already.", "done"]


def test_a_threshold_and_a_person_at_once_make_one_candidate(two: Two) -> None:
    case = two.case()
    mine, theirs = again(case), again(case)
    at_once(
        lambda: propose(PROPOSAL, lead=two.here.elexon_desk, cases=[mine], at=NOON),
        lambda: propose(replace(PROPOSAL, because="Many calls."), lead=two.here.elexon_desk, cases=[theirs], at=NOON),
    )
    with verbs():
        assert MajorIncident.objects.count() == 1


def test_a_case_is_put_under_one_of_two_incidents_at_once(two: Two) -> None:
    (_, one), (_, other), case = two.candidate(), two.candidate(), two.here.case("The same in area 23")
    mine, theirs = again(case), again(case)
    told = at_once(
        lambda: declaring.put_under(one, mine, by=two.ewan, at=NOON),
        lambda: declaring.put_under(other, theirs, by=two.fay, at=NOON),
    )
    assert told.count("done") == 1
    assert any("is already under MI-" in sentence for sentence in told)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_withdrawn_or_declared_and_never_both(two: Two, _round: int) -> None:
    case, major = two.candidate()
    mine, theirs = copy(major), again(case)
    told = at_once(
        lambda: declaring.declare(mine, why="In every area.", by=two.ewan, at=NOON),
        lambda: closing.withdraw(theirs, by=two.here.priya, at=NOON, why="Ours after all."),
    )
    with verbs():
        held = Hold.objects.filter(case=case, lifted_at=None).exists()
    assert told.count("done") == 1
    assert (copy(major).state == State.DECLARED) == again(case).is_open == held
