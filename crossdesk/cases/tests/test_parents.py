"""A parent sees its child's cases when the child or the operator says so, between these moments, and never else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases import restricting, seeing, triage, writing
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.questions import read_case
from crossdesk.cases.tests.cast import NOON, Cast, cast, nominated, seen_at, somebody
from crossdesk.cases.tests.test_delegations import administrator, rows_seen_by, words_read_by
from crossdesk.parties import parenting
from crossdesk.parties.models import Contact, ParentGrant, Party
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def here() -> Cast:
    """Harrier is Sycamore's parent, and has been granted nothing."""
    people = cast()
    with verbs():
        Party.objects.filter(pk=people.sycamore.pk).update(parent=people.harrier)
        people.sycamore.refresh_from_db()
    return people


def granted(here: Cast, by: Viewer | None = None, until: timedelta | None = None) -> ParentGrant:
    joss = by or administrator("Joss Tindall", here.sycamore)
    with verbs():
        return parenting.grant(here.sycamore, by=joss, at=NOON, until=NOON + until if until else None)


def test_a_parent_sees_nothing_by_itself(here: Cast) -> None:
    here.case()
    assert set(rows_seen_by(seen_at(here.hal)).values()) == {0}


def test_a_granted_parent_reads_what_its_child_reads_and_changes_nothing(here: Cast) -> None:
    case = here.case("Of the child")
    writing.write(case, to="internal", words="internal note", by=here.nia, at=NOON)
    granted(here)
    hal = seen_at(here.hal)
    assert words_read_by(hal) == words_read_by(here.priya)
    with pytest.raises(NotAllowed, match="does not act for Sycamore Energy"):
        writing.write(case, to="raiser", words="Hello", by=hal, at=NOON)
    with viewing(hal):
        assert Standing.objects.count() == 1


def test_the_child_sees_nothing_of_its_parent(here: Cast) -> None:
    granted(here)
    assert here.harrier.seat_id not in seen_at(here.priya).seats


@pytest.mark.parametrize(("moment", "seen"), [(timedelta(), 1), (59 * SECOND, 1), (60 * SECOND, 0)])
def test_a_grant_ends_to_the_second(here: Cast, moment: timedelta, seen: int) -> None:
    here.case()
    granted(here, until=60 * SECOND)
    assert rows_seen_by(seen_at(here.hal, moment))["Case"] == seen


def test_a_withdrawn_grant_shows_nothing_from_then_on(here: Cast) -> None:
    here.case()
    given = granted(here)
    joss = administrator("Jo Bell", here.sycamore)
    with verbs():
        for nobody in (here.priya, here.nia, here.hal):
            with pytest.raises(NotAllowed, match="or the operator, withdraws this"):
                parenting.withdraw(given, by=nobody, at=NOON)
        parenting.withdraw(given, by=joss, at=NOON + SECOND)
    assert set(rows_seen_by(seen_at(here.hal, SECOND)).values()) == {0}


def test_the_child_or_the_operator_grants_and_nobody_else(here: Cast) -> None:
    parent, operator = administrator("Pat Ray", here.harrier), administrator("Ada Quill", here.elexon)
    with verbs():
        for nobody in (parent, here.priya, here.nia):
            with pytest.raises(NotAllowed, match="Only a party administrator of Sycamore Energy, or the operator"):
                parenting.grant(here.sycamore, by=nobody, at=NOON)
        given = parenting.grant(here.sycamore, by=operator, at=NOON)
        assert given.granted_by == here.elexon
        with pytest.raises(Invalid, match="has been granted this already"):
            parenting.grant(here.sycamore, by=operator, at=NOON)
        with pytest.raises(Invalid, match="has no parent"):
            parenting.grant(here.harrier, by=operator, at=NOON)


def test_a_former_parent_sees_nothing(here: Cast) -> None:
    here.case()
    granted(here)
    with verbs():
        Party.objects.filter(pk=here.sycamore.pk).update(parent=None)
    assert set(rows_seen_by(seen_at(here.hal)).values()) == {0}


def test_what_the_child_keeps_and_what_is_restricted_stay_with_the_child(here: Cast) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    granted(here)
    nominated(here)
    hal = seen_at(here.hal)
    with viewing(hal):
        assert not Contact.objects.exists()
    ewan = somebody("Ewan Price", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    restricting.restrict(case, names=[], why="An intrusion.", by=ewan, at=NOON)
    assert (rows_seen_by(hal)["Case"], rows_seen_by(hal)["Standing"]) == (0, 0)


def test_everybody_on_the_case_is_told_that_the_parent_reads_along(here: Cast) -> None:
    case = here.case()
    granted(here, until=timedelta(days=1))
    with viewing(here.nia):
        file = read_case(Case.objects.select_related("raiser", "owner__owner").get(pk=case.pk), here.nia)
        told = dict(seeing.who_sees(file.case, file.legs, file.standing, file.readers, NOON))
    assert told["Harrier Energy"] == "parent of Sycamore Energy, granted until 25 Nov 12:00"
