"""An acceptance and its back-fill beside people who go on working: real connections, and nothing falls between."""

from __future__ import annotations

from functools import partial

import pytest

from crossdesk.cases import following, writing
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, cast, data_service
from crossdesk.cases.tests.test_delegations import administrator, delegated, words_read_by
from crossdesk.cases.tests.test_races import again, at_once
from crossdesk.desks.seats import acting_for
from crossdesk.parties import delegating
from crossdesk.parties.delegating import Scope
from crossdesk.parties.models import Person
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def test_the_back_fill_and_a_new_entry_at_once_leave_no_word_out() -> None:
    here = cast()
    cases = [here.case(f"case {number}") for number in range(4)]
    castell = data_service()
    delegation, mair = delegated(here, castell)

    def write(number: int) -> None:
        case = again(cases[number])
        for n in range(3):
            writing.write(case, to="raiser", words=f"word {number}.{n}", by=here.nia, at=NOON)
            writing.write(case, to="internal", words=f"ours {number}.{n}", by=here.nia, at=NOON)

    told = at_once(
        lambda: following.fill(delegation.pk, NOON),
        lambda: following.fill(delegation.pk, NOON),
        *[partial(write, number) for number in range(4)],
    )
    assert told == ["done"] * 6
    assert words_read_by(mair) == words_read_by(here.priya)
    assert len(words_read_by(mair)) == 4 + 12
    with verbs():
        assert Entry.objects.filter(kind="case.delegate").count() == 4
        assert list(broken_links()) == []


def test_a_case_raised_while_the_delegation_is_accepted_is_either_followed_or_filled() -> None:
    here = cast()
    castell = data_service()
    joss, mair = administrator("Joss Tindall", here.sycamore), administrator("Mair Lloyd", castell)
    with verbs():
        offered = delegating.offer(here.sycamore, castell, Scope(NOON), by=joss, at=NOON)

    def accept() -> None:
        with verbs():
            delegating.accept(offered, by=mair, at=NOON)
        following.fill(offered.pk, NOON)

    def raise_some() -> None:
        for number in range(5):
            here.case(f"case {number}")

    assert at_once(raise_some, raise_some, accept) == ["done"] * 3
    with verbs():
        delegate = acting_for(Person.objects.get(name="Mair Lloyd"), castell.pk, NOON).chosen
        seats = list(Case.objects.values_list("followed_by", flat=True))
        seat = delegating.accepted(NOON).get().seat_id
    assert delegate is not None
    assert seats == [[seat]] * 10
    assert words_read_by(delegate) == words_read_by(here.priya)
