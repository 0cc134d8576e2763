"""A parent's resolution is proposed to its children's desks, and closes none of them."""

from __future__ import annotations

import pytest

from crossdesk.cases import closing, triage
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case, CaseLink
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

pytestmark = pytest.mark.django_db
REPORT = Report(summary="Ours are missing too", query_type="missing-mpan-data", impact="Switches wait.")


@pytest.fixture
def here() -> Cast:
    return cast()


def resolved_parent(here: Cast) -> tuple[Case, Case]:
    parent = here.case()
    child = raise_case(REPORT, raiser=here.harrier, to=here.elexon_desk, by=here.hal, at=NOON)
    with verbs():
        CaseLink.objects.create(parent=parent, child=child, kind=CaseLink.Kind.CHILD, seats=[here.elexon_desk.seat_id])
    triage.take(parent, by=here.nia, at=NOON)
    triage.own(parent, by=here.nia, at=NOON)
    closing.resolve(parent, by=here.nia, at=NOON, words="The load ran again for Sycamore.")
    return parent, child


def test_its_desk_reads_the_proposal_and_the_child_stays_open(here: Cast) -> None:
    parent, child = resolved_parent(here)
    with viewing(here.nia):
        told = Entry.objects.get(thread=child.pk, kind="case.resolution_proposed")
        assert (told.body.words, told.body.detail) == ("The load ran again for Sycamore.", {"parent": str(parent)})
        assert Case.objects.get(pk=child.pk).stage == Stage.RAISED


def test_the_childs_raiser_reads_nothing_of_another_raisers_case(here: Cast) -> None:
    _, child = resolved_parent(here)
    with viewing(here.hal):
        assert not Entry.objects.filter(thread=child.pk, kind="case.resolution_proposed").exists()


def test_a_child_that_is_over_is_left_alone(here: Cast) -> None:
    parent = here.case()
    child = raise_case(REPORT, raiser=here.harrier, to=here.elexon_desk, by=here.hal, at=NOON)
    with verbs():
        CaseLink.objects.create(parent=parent, child=child, kind=CaseLink.Kind.CHILD, seats=[here.elexon_desk.seat_id])
    closing.withdraw(child, by=here.hal, at=NOON, why="Ours again.")
    triage.take(parent, by=here.nia, at=NOON)
    triage.own(parent, by=here.nia, at=NOON)
    closing.resolve(parent, by=here.nia, at=NOON, words="Done.")
    with verbs():
        assert not Entry.objects.filter(thread=child.pk, kind="case.resolution_proposed").exists()
