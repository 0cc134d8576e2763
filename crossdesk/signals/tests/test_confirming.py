"""A person confirms or dismisses; what follows is what follows from any case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, Role
from crossdesk.cases.material import Evidence, ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON
from crossdesk.impact.crossing import look_again
from crossdesk.impact.models import Affected, Crossing
from crossdesk.majors.models import MajorIncident
from crossdesk.signals import confirming
from crossdesk.signals.models import Concern, Fault
from crossdesk.signals.tests.conftest import Watched, one_fault
from crossdesk.threads.viewer import verbs, viewing


@pytest.fixture
def noticed(watched: Watched) -> Watched:
    watched.read(watched.unknown())
    return watched


def test_confirmed_it_passes_both_thresholds_and_is_a_candidate(noticed: Watched) -> None:
    here = noticed.here
    case = confirming.confirm(one_fault(), by=here.nia, at=NOON)
    look_again(case.pk, NOON)
    with verbs():
        assert (case.raiser, case.owner, case.scenario) == (here.elexon, here.elexon_desk, "missing-mpan-data")
        assert ReferenceSet.objects.get(case=case, kind="mpan").distinct == 640
        assert Evidence.objects.filter(case=case).count() == 1
        hit = Affected.objects.filter(case=case, kind="party").values_list("party__name", flat=True)
        assert sorted(hit) == ["Harrier Energy", "Meridian Power", "Sycamore Energy"]
        assert set(Crossing.objects.filter(case=case).values_list("column", flat=True)) == {"cross-party", "major"}
        assert MajorIncident.objects.get().because.startswith("640 MPANs")
        proposed = Crossing.objects.get(case=case, column="cross-party").proposed
        assert "Pennine Grid help desk" in [each["name"] for each in proposed]


def test_nobody_but_the_desk_reads_of_its_case(noticed: Watched) -> None:
    here = noticed.here
    confirming.confirm(one_fault(), by=here.nia, at=NOON)
    for viewer in (here.priya, here.hal, here.gwen):
        with viewing(viewer):
            assert not Case.objects.exists()
            assert not Fault.objects.exists()
            own = Concern.objects.get()
            assert (own.messages, own.others) == {here.gwen: (640, 3)}.get(viewer, (own.messages, 2))
    with viewing(here.priya):
        assert Concern.objects.get().messages == 214


def test_a_second_outbreak_joins_the_case_that_is_open(noticed: Watched) -> None:
    here = noticed.here
    case = confirming.confirm(one_fault(), by=here.nia, at=NOON)
    with verbs():
        Fault.objects.update(over_at=NOON)
    with verbs():
        Fault.objects.update(since=NOON.replace(hour=1), last_at=NOON.replace(hour=2), over_at=NOON.replace(hour=3))
    noticed.read(noticed.unknown(300))
    with verbs():
        again = Fault.objects.get(state="proposed")
    assert again.joins_id == case.pk
    assert confirming.confirm(again, by=here.nia, at=NOON) == case
    with verbs():
        assert Case.objects.count() == 1


def test_what_fails_later_is_added_in_one_press(noticed: Watched) -> None:
    here = noticed.here
    confirming.confirm(one_fault(), by=here.nia, at=NOON)
    noticed.read(noticed.unknown(900))
    fault = one_fault()
    assert (fault.mpans, fault.given, fault.state) == (900, 640, "confirmed")
    case = confirming.add_rest(fault, by=here.nia, at=NOON)
    look_again(case.pk, NOON)
    with verbs():
        assert case.tally.total == 900


def test_dismissed_it_stays_so_while_it_goes_on(noticed: Watched) -> None:
    here = noticed.here
    with pytest.raises(Invalid):
        confirming.dismiss(one_fault(), why=" ", by=here.nia, at=NOON)
    confirming.dismiss(one_fault(), why="A migration that was announced.", by=here.nia, at=NOON)
    noticed.read(noticed.unknown(900))
    fault = one_fault()
    assert (fault.state, fault.mpans) == ("dismissed", 900)
    with pytest.raises(Moved, match="Nia Bevan was here before you"):
        confirming.confirm(fault, by=here.tom, at=NOON)


def test_only_the_desk_decides(noticed: Watched) -> None:
    here, fault = noticed.here, one_fault()
    for viewer in (here.priya, here.gwen, replace(here.tom, roles=frozenset({Role.RESOLVER}))):
        with pytest.raises(NotAllowed):
            confirming.confirm(fault, by=viewer, at=NOON)
