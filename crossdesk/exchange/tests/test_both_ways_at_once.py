"""What comes in and what leaves on one leg at the same moment: real connections, real locks."""

from __future__ import annotations

import pytest

from crossdesk.cases import writing
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.cases.tests.test_races import at_once
from crossdesk.exchange.messages.message import Kind
from crossdesk.exchange.models import InboxItem
from crossdesk.exchange.tests.far_side import line_to
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.exchange.tests.test_hearing import ELSEWHERE, now, said, tell
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = 12


def test_neither_waits_for_the_other_for_ever() -> None:
    """The one holds the link and then wants the case's thread; the other holds the thread, and names the link."""
    here = cast()
    line_to(here, ELSEWHERE, "secret")
    leg = engaged(here)
    for number in range(1, ROUNDS + 1):
        theirs, ours = said(leg, Kind.UPDATE, number, f"Theirs, {number}."), now(leg).case
        told = at_once(
            lambda theirs=theirs: tell(here, theirs),  # type: ignore[misc]
            lambda ours=ours: writing.write(ours, to=f"leg:{leg.pk}", words="Ours.", by=here.nia, at=NOON),  # type: ignore[misc]
        )
        assert told == ["done", "done"]
    with verbs():
        assert InboxItem.objects.filter(fate="applied").count() == ROUNDS
