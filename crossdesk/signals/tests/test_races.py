"""Two workers, two people: on real connections, with real locks."""

from __future__ import annotations

from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON
from crossdesk.cases.tests.test_races import at_once
from crossdesk.signals import confirming
from crossdesk.signals.digesting import digest_waiting
from crossdesk.signals.models import Fault, Feed, HalfHour
from crossdesk.signals.receiving import take_in
from crossdesk.signals.sampling import written
from crossdesk.signals.tests.conftest import BEGINS, one_fault, watch
from crossdesk.threads.viewer import verbs


def test_two_workers_make_one_fault_and_two_people_one_case(committed: str) -> None:
    watched = watch()
    events = list(watched.unknown())
    for part in (events[:1000], events[900:]):
        take_in([written(part, "ndjson")], name="part", way=Feed.Way.PUSH, by="DIP", at=NOON)
    at_once(lambda: digest_waiting(NOON), lambda: digest_waiting(NOON))
    fault = one_fault()
    assert fault.mpans == 640
    with verbs():
        assert HalfHour.objects.get(interface="IF-031", begins_at=BEGINS).failing == 640
        mine, theirs = Fault.objects.get(), Fault.objects.get()
    told = at_once(
        lambda: confirming.confirm(mine, by=watched.here.nia, at=NOON),
        lambda: confirming.confirm(theirs, by=watched.here.tom, at=NOON),
    )
    assert told.count("done") == 1
    assert any("was here before you: it is confirmed" in sentence for sentence in told)
    with verbs():
        assert Case.objects.count() == 1
