"""Two managers at once, and a manager beside the clock: real connections, real locks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crossdesk.cases.tests.cast import NOON
from crossdesk.cases.tests.test_races import at_once
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.operating import enter_for
from crossdesk.notices.tests.conftest import Incident, declared
from crossdesk.operations import entering
from crossdesk.operations.entering import end, end_due
from crossdesk.operations.models import Period
from crossdesk.operations.tests.test_special import HOUR, SAID
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def copy(it: Incident) -> MajorIncident:
    with verbs():
        return MajorIncident.objects.get(pk=it.major.pk)


def ends() -> int:
    with verbs():
        return Entry.objects.filter(kind=entering.END).count()


def test_an_incident_gets_one_period_however_many_declare() -> None:
    it = declared()
    copies = [copy(it) for _ in range(4)]
    told = at_once(*[lambda each=each: enter_for(each, SAID, by=it.ewan, at=NOON) for each in copies])
    assert told.count("done") == 1
    assert all("hold for" in sentence for sentence in told if sentence != "done")
    with verbs():
        assert Period.objects.count() == 1


def test_it_ends_once_whether_by_a_person_or_by_its_time() -> None:
    it = declared()
    period = enter_for(it.major, replace(SAID, ends_at=NOON + HOUR), by=it.ewan, at=NOON)
    with verbs():
        mine, theirs = (Period.objects.get(pk=period.pk) for _ in range(2))
    before = NOON + HOUR / 2
    at_once(
        lambda: end(mine, why="Enough.", by=it.ewan, at=before),
        lambda: end(theirs, why="Enough.", by=it.ewan, at=before),
        lambda: end_due(NOON + HOUR),
    )
    end_due(NOON + HOUR)
    assert ends() == 1
