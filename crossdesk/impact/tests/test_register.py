"""The register in the database: counted once, said by each party for itself, and crossed once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import references, retracting, triage
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.impact import register
from crossdesk.impact.crossing import look_again
from crossdesk.impact.models import Affected, Crossing, Tally
from crossdesk.kit import mpan
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def case(here: Cast) -> Case:
    return of_row_one(here)


def of_row_one(here: Cast) -> Case:
    """Missing MPAN data, taken into triage."""
    with verbs():
        raised = here.case()
        Case.objects.filter(pk=raised.pk).update(scenario="missing-mpan-data")
    triage.take(raised, by=here.nia, at=NOON)
    return raised


def mpans(numbers: Iterable[int]) -> list[bytes]:
    bodies = (f"16{number:010}" for number in numbers)
    return [f"{body}{mpan.check_digit(body)}\n".encode() for body in bodies]


def given(case: Case, numbers: Iterable[int], by: Viewer) -> ReferenceSet:
    return references.add_list(case, mpans(numbers), "mpan", by=by, at=NOON)


def harriers(here: Cast, parent: Case) -> Case:
    """A competitor's case, linked as a child of the first."""
    with verbs():
        report = Report("Nothing for our sites either", "missing-mpan-data")
        child = raise_case(report, raiser=here.harrier, to=here.elexon_desk, by=here.hal, at=NOON)
    triage.take(child, by=here.nia, at=NOON)
    triage.link(child, parent=parent, by=here.nia, at=NOON)
    return child


def total(case: Case) -> int:
    look_again(case.pk, NOON)
    with verbs():
        return Tally.objects.get(case=case).total


def columns(case: Case) -> list[str]:
    look_again(case.pk, NOON)
    with verbs():
        return list(Crossing.objects.filter(case=case).values_list("column", flat=True))


def test_an_identifier_that_two_parties_give_counts_once(here: Cast, case: Case) -> None:
    given(case, range(60), here.priya)
    given(harriers(here, case), range(50, 90), here.hal)
    assert total(case) == 90


def test_a_list_sent_again_counts_once(here: Cast, case: Case) -> None:
    given(case, range(60), here.priya)
    given(case, range(60), here.priya)
    given(case, reversed(range(60)), here.priya)
    assert total(case) == 60


def test_a_list_taken_back_counts_no_more(here: Cast, case: Case) -> None:
    given(case, range(10), here.priya)
    wrong = given(case, range(100, 300), here.priya)
    retracting.retract(wrong, why="Last month's file.", by=here.priya, at=NOON)
    assert total(case) == 10


def test_only_whoever_gave_a_list_or_the_desk_takes_it_back(here: Cast, case: Case) -> None:
    listed = given(case, range(10), here.priya)
    with pytest.raises(NotAllowed):
        retracting.retract(listed, why="Not mine.", by=here.hal, at=NOON)


def test_a_party_sees_its_own_share_and_the_total_and_nobody_elses(here: Cast, case: Case) -> None:
    given(case, range(60), here.priya)
    child = harriers(here, case)
    given(child, range(50, 90), here.hal)
    look_again(child.pk, NOON)
    with viewing(here.hal):
        assert list(Tally.objects.values_list("own", "total")) == [(40, 90)]
    with viewing(here.nia):
        assert sorted(Tally.objects.values_list("own", flat=True)) == [40, 60]


@pytest.mark.parametrize(
    ("count", "crossed"), [(100, []), (101, ["cross-party"]), (500, ["cross-party"]), (501, ["cross-party", "major"])]
)
def test_the_first_row_at_its_edges(here: Cast, case: Case, count: int, crossed: list[str]) -> None:
    given(case, range(count), here.priya)
    assert columns(case) == crossed


def test_two_parties_together_cross_what_neither_does_alone(here: Cast, case: Case) -> None:
    given(case, range(60), here.priya)
    assert columns(case) == []
    child = harriers(here, case)
    given(child, range(50, 101), here.hal)
    assert columns(case) == ["cross-party"]
    with verbs():
        tipped = Crossing.objects.get(case=case).tipped_by
        assert tipped is not None
        assert (tipped.thread_id, tipped.by_party) == (child.pk, here.harrier.pk)


def test_a_threshold_is_crossed_once(here: Cast, case: Case) -> None:
    given(case, range(101), here.priya)
    assert columns(case) == columns(case) == ["cross-party"]
    with verbs():
        assert Entry.objects.filter(thread=case.pk, kind="impact.crossed").count() == 1


def test_the_raiser_is_not_told_that_a_threshold_was_crossed(here: Cast, case: Case) -> None:
    given(case, range(101), here.priya)
    look_again(case.pk, NOON)
    with viewing(here.priya):
        assert not Crossing.objects.exists()
        assert not Entry.objects.filter(kind__startswith="impact.").exists()


def test_of_two_rows_the_earliest_to_trip_wins(here: Cast, case: Case) -> None:
    register.apply_row(case, "erroneous-switch", by=here.nia, at=NOON)
    given(case, range(2), here.priya)
    look_again(case.pk, NOON)
    given(case, range(2, 200), here.priya)
    look_again(case.pk, NOON)
    with verbs():
        first = Crossing.objects.filter(case=case, column="cross-party").first()
        assert first is not None
        assert first.scenario == "erroneous-switch"


# Whose word


def test_a_party_denies_for_itself_and_then_is_not_counted(here: Cast, case: Case) -> None:
    with verbs():
        Case.objects.filter(pk=case.pk).update(scenario="smart-meter-connectivity-loss")
    register.claim_party(case, here.sycamore, by=here.nia, at=NOON)
    row = register.claim_party(harriers(here, case), here.harrier, by=here.nia, at=NOON)
    assert columns(case) == ["cross-party"]
    register.say(row, Affected.Says.DENIED, why="No site of ours lost its link.", by=here.hal, at=NOON)
    look_again(case.pk, NOON)
    with verbs():
        last = Entry.objects.filter(thread=case.pk, kind="impact.measured").order_by("-seq")[0]
        assert last.facts["measures"]["parties"] == 1


def test_nobody_speaks_for_another_party(here: Cast, case: Case) -> None:
    row = register.claim_party(case, here.sycamore, by=here.nia, at=NOON)
    with pytest.raises(NotAllowed, match="Only those on the case"):
        register.say(row, Affected.Says.CONFIRMED, by=here.hal, at=NOON)


def test_a_denial_says_what_was_checked(here: Cast, case: Case) -> None:
    row = register.claim_party(case, here.sycamore, by=here.nia, at=NOON)
    with pytest.raises(Invalid, match="Say what was checked"):
        register.say(row, Affected.Says.DENIED, by=here.priya, at=NOON)


def test_an_answer_with_its_reason_crosses_a_worded_threshold(here: Cast, case: Case) -> None:
    register.apply_row(case, "core-system-failure", by=here.nia, at=NOON)
    with pytest.raises(Invalid, match="Say why"):
        register.answer(case, "row-12-major", True, why="", by=here.nia, at=NOON)
    register.answer(case, "row-12-major", True, why="No party can send.", by=here.nia, at=NOON)
    assert columns(case) == ["major"]


def test_a_delay_of_one_process_crosses_the_sixth_row(here: Cast, case: Case) -> None:
    register.apply_row(case, "dip-fails-to-process", by=here.nia, at=NOON)
    register.claim_process(case, "settlement", by=here.nia, at=NOON)
    assert columns(case) == ["cross-party"]


def test_a_raiser_cannot_claim_for_the_market(here: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk says what else is affected"):
        register.claim_system(case, "dip", by=here.priya, at=NOON)
