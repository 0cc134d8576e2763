"""Two people and many workers at once: real connections, real locks."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.cases.tests.cast import NOON
from crossdesk.cases.tests.test_races import at_once
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.tests.post_office import post_office
from crossdesk.majors.models import OnIt
from crossdesk.notices import delivery
from crossdesk.notices.models import Briefing, Recipient
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import agree, send, stop
from crossdesk.notices.tests.conftest import contact, declared, fresh, post
from crossdesk.notices.tests.test_letters import states
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.usefixtures("committed")
MINUTE = timedelta(minutes=1)
ROUNDS = 2
"""Whoever is first differs; each round must end well."""
GONE, DUTY, TEAM = "one@harrier.example", "duty@harrier.example", "ops@sycamore.example"


def test_two_press_send_and_one_is_told_who_was_first() -> None:
    it = declared()
    briefing = it.draft()
    mine, theirs = fresh(briefing), fresh(briefing)
    told = at_once(
        lambda: send(mine, by=it.here.nia, at=NOON),
        lambda: send(theirs, by=it.here.tom, at=NOON),
    )
    assert sorted(told)[1] == "done"
    assert "was here before you" in sorted(told)[0]
    with verbs():
        assert Entry.objects.filter(kind="major.release_update").count() == 1


def test_two_agree_and_it_leaves_once() -> None:
    it = declared()
    briefing = it.draft("public")
    send(briefing, by=it.here.nia, at=NOON)
    mine, theirs = fresh(briefing), fresh(briefing)
    told = at_once(lambda: agree(mine, by=it.here.tom, at=NOON), lambda: agree(theirs, by=it.ewan, at=NOON))
    assert told.count("done") == 1


def test_it_leaves_once_however_many_workers_look() -> None:
    it = declared()
    contact(it.here.harrier, "ops@harrier.example")
    send(it.draft(), by=it.here.nia, at=NOON)
    at_once(*[lambda: leave_due(NOON + MINUTE)] * 6)
    leave_due(NOON + MINUTE)  # what was locked at everybody's last look
    with verbs():
        assert Entry.objects.filter(kind="briefing.published").count() == 1
        assert OutboxItem.objects.filter(kind="update").count() == 1
        assert list(broken_links()) == []


def test_stopping_and_leaving_in_the_same_moment_is_one_or_the_other() -> None:
    it = declared()
    contact(it.here.harrier, "ops@harrier.example")
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    just_before = NOON + MINUTE - timedelta(seconds=1)
    (stopped, _) = at_once(
        lambda: stop(fresh(briefing), why="Wrong.", by=it.here.tom, at=just_before), lambda: leave_due(NOON + MINUTE)
    )
    leave_due(NOON + MINUTE)
    state = fresh(briefing).state
    with verbs():
        letters = OutboxItem.objects.filter(kind="update").count()
    assert (stopped == "done", state, letters) in {
        (True, Briefing.State.STOPPED, 0),
        (False, Briefing.State.OUT, 1),
    }


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_update_leaves_while_a_contact_bounces_and_every_letter_has_one_fate(_round: int) -> None:
    """The letters of the first are refused and taken while the second leaves; then those of the second go."""
    it = declared()
    for party, address in ((it.here.harrier, GONE), (it.here.harrier, DUTY), (it.here.sycamore, TEAM)):
        contact(party, address)
    first, second = it.out(), it.draft(title="The load runs again")
    send(second, by=it.here.nia, at=NOON + MINUTE)
    with post_office() as office, override_settings(SMTP_URL=office.url):
        office.unknown.add(GONE)
        assert set(at_once(lambda: leave_due(NOON + 2 * MINUTE), post, post)) == {"done"}
        leave_due(NOON + 2 * MINUTE)  # what was locked at everybody's last look
        post()
    fates = {GONE: "bounced", DUTY: "sent", TEAM: "sent"}
    assert (states(first), states(second)) == (fates, fates)
    arrived = Counter(str(each["To"]) for each in office.letters)
    assert {address: arrived[address] for address in fates} == {GONE: 0, DUTY: 2, TEAM: 2}
    with verbs():
        letters = OutboxItem.objects.filter(kind="update").values_list("recipient__address", "state")
        assert sorted(letters) == sorted(
            (to, "sent" if fate == "sent" else "dead") for to, fate in [*fates.items()] * 2
        )
        assert list(broken_links()) == []


def test_two_last_letters_that_bounce_at_once_leave_nobody_believed_reached() -> None:
    it = declared()
    contact(it.here.harrier, "one@harrier.example")
    contact(it.here.harrier, "two@harrier.example")
    it.out()
    with verbs():
        pks = list(Recipient.objects.filter(party=it.here.harrier).values_list("pk", flat=True))

    def bounce(pk: int) -> None:
        with verbs():
            recipient = Recipient.objects.select_related("briefing__incident__lead", "party").get(pk=pk)
            delivery.bounced(recipient, "550 nobody", NOON)

    assert at_once(*[lambda pk=pk: bounce(pk) for pk in pks]) == ["done", "done"]
    with verbs():
        assert OnIt.objects.get(party=it.here.harrier).reached == "no"
