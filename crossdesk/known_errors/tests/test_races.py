"""Two people at once: real connections, real locks."""

from __future__ import annotations

import pytest

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, cast, somebody
from crossdesk.cases.tests.test_races import at_once
from crossdesk.known_errors import publishing
from crossdesk.known_errors.models import KnownError, Reader
from crossdesk.known_errors.moving import TRUTH
from crossdesk.known_errors.tests.conftest import known
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")


def test_two_managers_publish_and_only_the_first_ones_readers_stand() -> None:
    it = known(cast())
    eve = somebody("Eve Moss", it.here.elexon, Role.SERVICE_MANAGER, desk=it.here.elexon_desk)

    def copy() -> KnownError:
        with verbs():
            return TRUTH.get(pk=it.error.pk)

    mine, theirs = copy(), copy()
    told = at_once(
        lambda: publishing.publish(mine, to="parties", parties=[it.here.sycamore], by=it.mo, at=NOON),
        lambda: publishing.publish(theirs, to="parties", parties=[it.here.harrier], by=eve, at=NOON),
    )
    assert sorted(told)[1] == "done"
    assert "is published, so you cannot publish it" in sorted(told)[0]
    winner = it.here.sycamore if told[0] == "done" else it.here.harrier
    with verbs():
        assert [each.party_id for each in Reader.objects.all()] == [winner.pk]
        assert copy().seats == sorted([it.here.elexon_desk.seat_id, winner.seat_id])
        assert Entry.objects.filter(kind="known_error.publish").count() == 1
