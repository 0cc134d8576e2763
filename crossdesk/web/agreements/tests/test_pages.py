"""Agreements on their pages, from both sides and from outside."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from crossdesk.access import Role
from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.desks.models import Agreement, Terms
from crossdesk.desks.tests.terms import ORDINARY, Signing, signing
from crossdesk.kit.time import now, zone
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.jinja import when
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
FILLED = {"acknowledge": "15 m", "P2-respond": "1 h", "P2-resolve": "4 h", "hours": "desk", "auto_close_days": "5"}


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def it(here: Cast) -> Signing:
    return signing(here)


def read(viewer: Viewer, address: str) -> tuple[int, str]:
    answer = at_browser(viewer).get(address)
    return answer.status_code, answer.content.decode()


def sent(viewer: Viewer, address: str, **words: Any) -> tuple[int, str]:
    answer = at_browser(viewer).post(address, words, follow=True)
    return answer.status_code, answer.content.decode()


def proposed(it: Signing, **more: str) -> tuple[int, str]:
    """Rhys offers Elexon what Pennine Grid's help desk will do."""
    address = f"/agreements/new/?with={it.here.elexon.pk}&who=us"
    desk = str(it.here.pennine_help.pk)
    return sent(it.rhys, address, **FILLED | {"desk": desk} | more)


def only() -> str:
    with verbs():
        return f"/agreements/{Agreement.objects.get().reference}/"


def test_an_empty_page_teaches_what_an_agreement_is(it: Signing) -> None:
    _, shown = read(it.rhys, "/agreements/")
    assert "You have no agreement yet" in shown
    assert "One proposes, the other accepts" in shown
    assert '<a href="/agreements/">your agreements</a>' in read(it.rhys, "/directory/")[1]


def test_proposed_by_one_side_accepted_by_the_other(it: Signing, django_assert_max_num_queries: Any) -> None:
    assert 'name="who" value="us"' in read(it.rhys, "/agreements/new/")[1]
    status, shown = proposed(it)
    assert status == 200
    assert "Nothing changes until Elexon accepts it." in shown
    assert "Accept version 1" not in shown
    listed = at_browser(it.ada)
    with django_assert_max_num_queries(24):
        assert "for you to answer" in listed.get("/agreements/").content.decode()
    with django_assert_max_num_queries(24):
        assert "Accept version 1" in listed.get(only()).content.decode()
    _, accepted = sent(it.ada, f"{only()}answer/", decision="accept", version="1")
    assert "Accepted and in force" in accepted
    assert ProcrastinateJob.objects.filter(task_name="agreements.apply").count() == 1
    with verbs():
        terms = Terms.objects.get()
    assert (terms.targets, terms.acknowledge, terms.auto_close_days) == (
        {"P2": {"respond": 60, "resolve": 240}}, 15, 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ({"P2-resolve": "soon"}, "“soon” is no length; write it like 30 m"),
        ({"P2-resolve": "45 s"}, "a target shorter than a minute cannot be kept"),
        ({"auto_close_days": "a week"}, "Give a whole number of days"),
        ({"since": "tomorrow"}, "Give days as dates"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written_is_lost(it: Signing, words: dict[str, str], because: str) -> None:
    status, shown = proposed(it, **words, words="From the spring release on.")
    assert status == 422
    assert because in shown
    assert "From the spring release on." in shown
    assert 'value="15 m"' in shown


def test_it_may_begin_on_a_day_ahead(it: Signing) -> None:
    ahead = now() + timedelta(days=10)
    proposed(it, since=f"{ahead:%Y-%m-%d}")
    _, shown = sent(it.ada, f"{only()}answer/", decision="accept", version="1")
    assert "It is in force from" in shown
    assert re.search(r"Begins \d+ ", shown)


def test_a_version_says_until_when_it_counts_also_where_a_later_one_ends_it(it: Signing) -> None:
    proposed(it)
    assert "somebody ends or changes it" in sent(it.ada, f"{only()}answer/", decision="accept", version="1")[1]
    ahead = now() + timedelta(days=10)
    sent(it.rhys, f"{only()}change/", **FILLED | {"since": f"{ahead:%Y-%m-%d}", "seen": "1"})
    assert read(it.ada, only())[1].count("somebody ends or changes it") == 2, "nothing changes by a proposal"
    _, shown = sent(it.ada, f"{only()}answer/", decision="accept", version="2")
    assert shown.count("somebody ends or changes it") == 1
    with verbs():
        begins = Terms.objects.get(number=2).since
    assert f"<dt>Until</dt><dd>{when(begins)} {zone(begins)}</dd>" in shown


def test_declined_with_a_reason_and_proposed_again(it: Signing) -> None:
    proposed(it)
    status, shown = sent(it.ada, f"{only()}answer/", decision="decline", version="1", why="")
    assert (status, "Say why you decline" in shown) == (422, True)
    _, shown = sent(it.ada, f"{only()}answer/", decision="decline", version="1", why="Four hours are too long.")
    assert "Four hours are too long." in shown
    _, changed = sent(it.rhys, f"{only()}change/", **FILLED | {"P2-resolve": "3 h", "seen": "1"})
    assert "Version 2 waits for Elexon" in changed


def test_the_second_who_proposes_a_change_keeps_what_was_written(it: Signing) -> None:
    proposed(it)
    sent(it.ada, f"{only()}answer/", decision="accept", version="1")
    assert 'value="4 h"' in read(it.rhys, f"{only()}change/")[1]
    sent(it.ada, f"{only()}change/", **FILLED | {"seen": "1"})
    status, shown = sent(it.rhys, f"{only()}change/", **FILLED | {"seen": "1", "words": "Faster in winter."})
    assert status == 409
    assert "Ada Quill, Elexon proposed version 2" in shown
    assert "Faster in winter." in shown


def test_a_desk_agent_records_for_a_party_that_never_signs_in(it: Signing) -> None:
    with verbs():
        northgate: Party = found_party("Northgate Data Services", roles=["sds"])
    sent(it.ada, f"/agreements/new/?with={northgate.pk}&who=them", **FILLED)
    _, shown = read(it.here.nia, only())
    assert "Northgate Data Services never signs in here." in shown
    when = f"{now() - timedelta(minutes=1):%Y-%m-%dT%H:%M}"
    _, shown = sent(it.here.nia, f"{only()}answer/", decision="record", version="1", said_by="Olu Bright", said_at=when)
    assert "Accepted by Olu Bright of Northgate Data Services" in shown
    assert "by Nia Bevan, Elexon" in shown


def test_ended_with_a_reason_that_the_other_side_reads(it: Signing) -> None:
    proposed(it)
    sent(it.ada, f"{only()}answer/", decision="accept", version="1")
    sent(it.ada, f"{only()}answer/", decision="end", version="1", why="The desk moves.")
    _, shown = read(it.rhys, only())
    assert "The desk moves." in shown
    assert "End it now" not in shown


def test_an_agent_reads_it_and_is_told_who_signs(it: Signing) -> None:
    proposed(it)
    _, shown = read(it.here.nia, only())
    assert "Only a party administrator or a service manager of Elexon" in shown
    assert at_browser(it.here.nia).post(f"{only()}answer/", {"decision": "accept"}).status_code == 403


def test_to_everybody_else_it_does_not_exist(it: Signing) -> None:
    proposed(it)
    competitor = somebody("Hilda Reed", it.here.harrier, Role.ADMINISTRATOR)
    for address in (only(), f"{only()}change/"):
        assert read(competitor, address)[0] == 404
    assert at_browser(competitor).post(f"{only()}answer/", {"decision": "accept"}).status_code == 404
    assert "Pennine Grid help desk" not in read(competitor, "/agreements/")[1]


def test_a_leg_says_what_it_was_engaged_under_and_its_clock_by_which_version(it: Signing) -> None:
    terms = it.in_force(ORDINARY)
    case = it.here.case()
    triage.take(case, by=it.here.nia, at=NOON)
    engage(case, it.here.pennine_help, Engagement("Confirm the MPANs.", "Theirs."), by=it.here.nia, at=NOON)
    for viewer in (it.here.nia, it.here.gwen):
        _, shown = read(viewer, f"/cases/{case.reference}/")
        assert f'href="/agreements/{terms.agreement.reference}/">Agreement' in shown
        assert "Pennine Grid help desk has not said when it is open" in shown
    assert terms.agreement.reference not in read(it.here.priya, f"/cases/{case.reference}/")[1]
