"""Two people at once: real connections, real locks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from crossdesk.access import Refused
from crossdesk.cases import triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def at_once(*works: Callable[[], object]) -> list[str]:
    """Runs them side by side; answers "done" or the refusal's sentence for each."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        try:
            start.wait(10)
            work()
        except Refused as refused:
            return refused.sentence
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def again(case: Case) -> Case:
    """Each hand holds its own copy, as each request does."""
    with verbs():
        return Case.objects.select_related("owner", "raiser").get(pk=case.pk)


def test_two_people_take_a_case_and_one_is_told_who_was_first() -> None:
    here = cast()
    case = here.case()
    with verbs():
        seen = Entry.objects.filter(thread=case.pk).count()
    mine, theirs = again(case), again(case)
    told = at_once(
        lambda: triage.take(mine, by=here.nia, at=NOON, seen=seen),
        lambda: triage.take(theirs, by=here.tom, at=NOON, seen=seen),
    )
    assert sorted(told)[1] == "done"
    assert "was here before you: “Taken into triage”" in sorted(told)[0]


def test_a_desk_is_engaged_once_however_many_press_the_button() -> None:
    here = cast()
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    what = Engagement("Confirm.", "The load runs there.")
    copies = [again(case) for _ in range(4)]
    told = at_once(*[lambda copy=copy: engage(copy, here.pennine_help, what, by=here.nia, at=NOON) for copy in copies])
    assert told.count("done") == 1
    assert all("is already engaged" in sentence for sentence in told if sentence != "done")


def test_many_hands_write_and_every_word_is_kept_in_one_unbroken_chain() -> None:
    here = cast()
    case = here.case()
    copies = [again(case) for _ in range(8)]
    told = at_once(
        *[
            lambda copy=copy, n=n: writing.write(copy, to="raiser", words=f"word {n}", by=here.nia, at=NOON)
            for n, copy in enumerate(copies)
        ]
    )
    with verbs():
        positions = list(Entry.objects.filter(thread=case.pk).order_by("seq").values_list("position", flat=True))
        broken = list(broken_links())
    assert (told, positions, broken) == (["done"] * 8, list(range(1, 11)), [])
