"""Updates and holds when something is in the way: a contact that bounces meanwhile, an end that comes first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases import closing, triage
from crossdesk.cases.models import Hold
from crossdesk.cases.tests.cast import NOON
from crossdesk.exchange.tests.post_office import PostOffice, arrive
from crossdesk.majors import declaring
from crossdesk.majors.models import OnIt
from crossdesk.notices.models import Briefing
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.releasing import send
from crossdesk.notices.tests.conftest import Incident, fresh, post
from crossdesk.notices.tests.test_letters import MINUTE, both, place, states, to, undelivered
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

HOUR = timedelta(hours=1)


def bounces(office: PostOffice, address: str) -> None:
    """The report comes after the mail server had taken the letter."""
    where = [each for each in office.envelopes if address in each.envelope_to][-1]
    arrive(undelivered(address), str(where.envelope_from), envelope_from="")


def test_a_contact_that_bounces_while_the_next_update_waits_stops_nobody_elses_letter(
    it: Incident, office: PostOffice
) -> None:
    both(it)
    first = it.out("affected")
    post()
    second = it.draft(title="The load runs again")
    send(second, by=it.here.nia, at=NOON + 2 * MINUTE)
    bounces(office, "ops@sycamore.example")
    assert leave_due(NOON + 3 * MINUTE) == 1
    post()
    assert states(first) == {"ops@sycamore.example": "bounced", "ops@harrier.example": "sent"}
    assert states(second) == {"ops@sycamore.example": "sent", "ops@harrier.example": "sent"}
    assert [each["To"] for each in office.letters].count("ops@harrier.example") == 2


def test_what_bounces_again_is_still_somebody_to_ring_and_nothing_is_lost(it: Incident, office: PostOffice) -> None:
    both(it)
    office.unknown = {"ops@sycamore.example"}
    it.out("affected")
    post()
    second = it.out("affected", at=NOON + 2 * MINUTE)
    post()
    assert states(second) == {"ops@sycamore.example": "bounced", "ops@harrier.example": "sent"}
    reached = place(it, it.here.sycamore)
    assert (reached.reached, reached.how) == ("no", "Ring Operations, Sycamore Energy on 0161 496 0001.")
    assert place(it, it.here.harrier).reached == "yes"
    office.unknown = set()
    third = it.out("affected", at=NOON + 4 * MINUTE)
    post()
    assert states(third)["ops@sycamore.example"] == "sent"
    assert place(it, it.here.sycamore).reached == "yes"
    assert "Registrations did not load" in to(office, "ops@sycamore.example").as_string()


def test_a_report_that_names_an_address_nobody_wrote_to_changes_nothing(it: Incident, office: PostOffice) -> None:
    both(it)
    briefing = it.out("affected")
    post()
    where = office.envelopes[0]
    arrive(undelivered("somebody@else.example"), "desk+made-up@desk.crossdesk.example", envelope_from="")
    assert set(states(briefing).values()) == {"sent"}
    assert where.envelope_to
    with verbs():
        assert not OnIt.objects.filter(reached="no").exists()


def test_an_update_whose_incident_ended_while_it_waited_is_held_back(it: Incident) -> None:
    both(it)
    briefing = it.draft()
    send(briefing, by=it.here.nia, at=NOON)
    declaring.restore(it.major, why="It runs.", by=it.ewan, at=NOON)
    declaring.stand_down(it.major, why="All sent.", by=it.ewan, at=NOON)
    declaring.close(it.major, why="Over.", without="Both said so by telephone.", by=it.ewan, at=NOON)
    leave_due(NOON + MINUTE)
    assert fresh(briefing).state == Briefing.State.DRAFT
    with verbs():
        assert "is closed" in Entry.objects.get(kind="major.hold_update").body.words
    with pytest.raises(WrongStage, match="is closed, so you cannot send an update"):
        send(fresh(briefing), by=it.here.nia, at=NOON + 2 * MINUTE)


def test_a_held_case_says_what_holds_it_on_every_way_out(it: Incident) -> None:
    with pytest.raises(NotAllowed, match="must stay open: MI-"):
        closing.withdraw(it.case, by=it.here.priya, at=NOON, why="It went away.")
    with pytest.raises(NotAllowed, match="cannot be redirected while another desk works on it"):
        triage.redirect(it.case, why="Theirs.", to=it.here.pennine_help, by=it.here.nia, at=NOON)
    with verbs():
        assert Hold.objects.get(case=it.case, lifted_at=None).why.startswith(f"{it.major} holds it open")


def test_the_same_case_is_held_once_however_often_it_is_declared(it: Incident) -> None:
    with pytest.raises(Invalid, match="is already under"):
        declaring.put_under(it.major, it.case, by=it.ewan, at=NOON)
    declaring.restore(it.major, why="It runs.", by=it.ewan, at=NOON)
    declaring.stand_down(it.major, why="All sent.", by=it.ewan, at=NOON)
    declaring.declare_again(it.major, why="It is back.", by=it.ewan, at=NOON)
    with verbs():
        assert Hold.objects.filter(case=it.case, lifted_at=None).count() == 1


def test_a_hold_is_lifted_once_and_not_by_an_incident_that_is_closed_already(it: Incident) -> None:
    declaring.restore(it.major, why="It runs.", by=it.ewan, at=NOON)
    declaring.stand_down(it.major, why="All sent.", by=it.ewan, at=NOON)
    declaring.close(it.major, why="Over.", without="By telephone.", by=it.ewan, at=NOON)
    with pytest.raises(WrongStage, match="is closed, so you cannot close it"):
        declaring.close(it.major, why="Over.", without="By telephone.", by=it.ewan, at=NOON + HOUR)
    with verbs():
        assert Hold.objects.get(case=it.case).lifted_at == NOON
