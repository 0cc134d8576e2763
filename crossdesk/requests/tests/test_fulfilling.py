"""The work: steps in their order, of the desk, of whoever asked, of another desk, and read off the records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed, Role, WrongStage
from crossdesk.cases import assigning, closing, leg_work
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.queue import in_hand_of
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.clocks.models import Clock
from crossdesk.desks.founding import open_desk
from crossdesk.desks.models import Desk
from crossdesk.exchange.models import OutboxItem
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import Membership
from crossdesk.requests import approving, fulfilling, proving
from crossdesk.requests.models import Request, Task
from crossdesk.requests.proving import Proof
from crossdesk.requests.tests.conftest import MINUTE, Asking
from crossdesk.rulebook import Rulebook
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing


def approved(it: Asking) -> Request:
    request = it.dip_id()
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
    return it.again(request)


def case_of(request: Request) -> Case:
    with verbs():
        return Case.objects.select_related("raiser", "owner__owner").get(pk=request.pk)


def test_the_steps_are_done_in_their_order_and_then_the_case_is_resolved(it: Asking) -> None:
    request = approved(it)
    with pytest.raises(WrongStage, match="waits for what comes before it"):
        fulfilling.finish(it.task(request, "channels"), by=it.here.priya, at=NOON)
    fulfilling.finish(it.task(request, "make"), by=it.here.nia, at=NOON + MINUTE, words="2300000009")
    with pytest.raises(NotAllowed, match="cannot be resolved yet: not everything it needs is approved and done"):
        closing.resolve(case_of(request), by=it.here.nia, at=NOON, words="Made.")
    with pytest.raises(NotAllowed, match="is for Sycamore Energy to do"):
        fulfilling.finish(it.task(request, "channels"), by=it.here.nia, at=NOON)
    with viewing(it.here.priya):
        mine = Standing.objects.get(case=request.pk, seat=it.here.sycamore.seat_id)
        assert (mine.ball, mine.next_what) == ("us", "set up the message channels")
    fulfilling.finish(it.task(request, "channels"), by=it.here.priya, at=NOON + 2 * MINUTE)
    assert it.again(request).done_at == NOON + 2 * MINUTE
    closing.resolve(case_of(request), by=it.here.nia, at=NOON + 3 * MINUTE, words="The DIP ID is 2300000009.")
    closing.confirm(case_of(request), by=it.here.priya, at=NOON + 4 * MINUTE)
    with verbs():
        assert list(broken_links()) == []


def test_nothing_begins_before_it_is_approved(it: Asking) -> None:
    request = it.dip_id()
    with pytest.raises(WrongStage, match="waits for what comes before it"):
        fulfilling.begin(it.task(request, "make"), by=it.here.nia, at=NOON)


def test_a_step_of_the_desk_is_offered_to_a_group(it: Asking) -> None:
    request = approved(it)
    fulfilling.begin(it.task(request, "make"), by=it.here.nia, at=NOON, group=it.here.dip_team)
    assert case_of(request).stage == "assigned"
    offered = it.task(request, "make").assignment
    assert offered is not None
    assigning.accept(offered, by=it.here.tom, at=NOON)
    fulfilling.finish(it.task(request, "make"), by=it.here.tom, at=NOON + MINUTE)
    assert it.task(request, "make").done_by == "Tom Okafor, Elexon Service Desk"
    with pytest.raises(WrongStage, match="is done already, by Tom Okafor"):
        fulfilling.finish(it.task(request, "make"), by=it.here.nia, at=NOON + MINUTE)


def test_only_the_desk_does_its_steps(it: Asking) -> None:
    request = approved(it)
    for who in (it.here.hal, it.here.gwen, it.here.priya):
        with pytest.raises(NotAllowed, match="Only Elexon Service Desk works on this step"):
            fulfilling.finish(it.task(request, "make"), by=who, at=NOON)


def transfer(it: Asking) -> Request:
    """A step of the switching desk and one of Elexon's, side by side; both managers have approved."""
    with verbs():
        recco = found_party("RECCo", roles=["dcc"], central=True)
        open_desk("Switching Desk", rule="switching", owner=recco, kind="service", home=Desk.Home.HOSTED)
    answers = {"from-dip-id": "2300000002", "mpid": "SYCA", "appointed": "2026-11-20", "direction": "SoLR/2026/3"}
    request = it.ask("solr-transfer", answers)
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
    zed = somebody("Zed Moss", it.here.elexon, Role.SERVICE_MANAGER, desk=it.here.elexon_desk)
    approving.approve(it.approval(request, "manager", 2), by=zed, at=NOON)
    return it.again(request)


def test_a_step_of_another_desk_is_its_leg_and_done_when_its_answer_is_confirmed(it: Asking) -> None:
    request = transfer(it)
    step = it.task(request, "switching")
    assert step.desk is not None
    sian = somebody("Sian Rees", step.desk.owner, Role.AGENT, desk=step.desk)
    fulfilling.begin(step, by=it.here.nia, at=NOON, share=True)
    leg = it.task(request, "switching").leg
    assert leg is not None
    with viewing(sian):
        assert Entry.objects.get(pk=request.entry_id).body.words.startswith("DIP ID of the supplier that failed")
        assert not Request.objects.exists()
    with pytest.raises(NotAllowed, match="is done when the answer on its leg is confirmed"):
        fulfilling.finish(it.task(request, "switching"), by=it.here.nia, at=NOON)
    leg_work.resolve(leg, by=sian, at=NOON, words="They follow.")
    leg_work.confirm(leg, by=it.here.nia, at=NOON + MINUTE)
    assert it.task(request, "switching").done_by == "Switching Desk"
    assert not it.task(request, "compare").open
    fulfilling.finish(it.task(request, "dip"), by=it.here.nia, at=NOON + MINUTE)
    assert it.task(request, "compare").open


def test_a_declined_leg_leaves_its_step_open_again(it: Asking) -> None:
    request = transfer(it)
    step = it.task(request, "switching")
    assert step.desk is not None
    sian = somebody("Sian Rees", step.desk.owner, Role.AGENT, desk=step.desk)
    fulfilling.begin(step, by=it.here.nia, at=NOON)
    leg = it.task(request, "switching").leg
    assert leg is not None
    leg_work.decline(leg, by=sian, at=NOON, why="The code manager does.", to_words="The code manager")
    again = it.task(request, "switching")
    assert (again.open, again.leg, again.begun_at) == (True, None, None)


@pytest.fixture
def with_targets() -> Iterator[None]:
    """An operator who set a day for each of the two first steps of a certificate."""
    book = rulebook.packaged()
    set_ = {key: replace(row, minutes=1440) for key, row in book.tasks.items() if key.startswith("certificate.")}
    changed: Rulebook = replace(book, tasks={**book.tasks, **set_})
    rulebook.read_from(lambda: changed)
    yield
    rulebook.read_from(rulebook.packaged)


@pytest.mark.usefixtures("with_targets")
def test_steps_side_by_side_have_their_own_clocks(it: Asking) -> None:
    answers = {
        "dip-id": "2300000001",
        "for": "Both",
        "environment": "User testing (UIT)",
        "domain": "dip.sycamore.example",
    }
    request = it.ask("certificate", answers)
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    fulfilling.finish(it.task(request, "domain-check"), by=it.here.nia, at=NOON + MINUTE)
    with viewing(it.here.priya):
        clocks = {clock.task: clock for clock in Clock.objects.filter(thread=request.pk, measure="fulfil")}
    done, open_one = it.task(request, "domain-check"), it.task(request, "company-check")
    assert clocks[done.pk].state == "met"
    assert clocks[open_one.pk].state == "running"
    assert "our own default" in clocks[open_one.pk].rule
    assert open_one.due_at == NOON + timedelta(days=1)


def joining(it: Asking) -> Request:
    request = it.ask("onboarding", {"role": "supplier", "contact": "join@sycamore.example"})
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
    return it.again(request)


@pytest.fixture
def records() -> Iterator[dict[str, Proof]]:
    """The answers that the records would give."""
    before, kept = (
        dict(proving.PROOFS),
        {name: Proof("Nothing yet.") for name in ("contacts", "people", "agreement", "conformance")},
    )
    proving.PROOFS.update({name: lambda case, at, name=name: kept[name] for name in kept})  # type: ignore[misc]
    yield kept
    proving.PROOFS.clear()
    proving.PROOFS.update(before)


def test_a_step_read_off_the_records_follows_them_and_nobody_ticks_it(it: Asking, records: dict[str, Proof]) -> None:
    request = joining(it)
    with pytest.raises(NotAllowed, match="Nobody ticks off"):
        fulfilling.finish(it.task(request, "contacts"), by=it.here.priya, at=NOON)
    proving.look(request, NOON)
    assert not proving.look(request, NOON)
    records["contacts"] = Proof("One contact, tried at 12:00.", NOON, "Priya Nair")
    assert proving.look(request, NOON + MINUTE)
    assert it.task(request, "contacts").done_by == "Priya Nair"
    records["contacts"] = Proof("Its only contact was ended.")
    proving.look(request, NOON + 2 * MINUTE)
    assert it.task(request, "contacts").open
    for name in records:
        records[name] = Proof("Done.", NOON, "Somebody")
    assert proving.look_at_all(NOON + 3 * MINUTE) == 1
    assert it.again(request).done_at == NOON + 3 * MINUTE
    assert proving.look_at_all(NOON + 4 * MINUTE) == 0


def test_steps_side_by_side_have_each_their_own_person(it: Asking) -> None:
    request = approved(it)
    with verbs():
        first = it.task(request, "make")
        Task.objects.filter(request=request.pk).update(desk=first.desk, ready_at=NOON)
        nia, tom, gwen = (Membership.objects.get(person=who.person) for who in (it.here.nia, it.here.tom, it.here.gwen))
    fulfilling.give(first, to=nia, by=it.mo, at=NOON)
    fulfilling.give(it.task(request, "channels"), to=tom, by=it.here.nia, at=NOON)
    in_hand = {who.name: mine(who) for who in (it.here.nia, it.here.tom, it.mo)}
    assert in_hand == {it.here.nia.name: 1, it.here.tom.name: 1, it.mo.name: 0}
    with pytest.raises(Invalid, match="do not work at Elexon Service Desk any more"):
        fulfilling.give(first, to=gwen, by=it.mo, at=NOON)
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk works on this step"):
        fulfilling.give(first, to=nia, by=it.here.priya, at=NOON)
    with verbs():
        assert list(OutboxItem.objects.filter(kind="step_given").values_list("to_address", flat=True)) == [
            "nia@elexon.example",
            "tom@elexon.example",
        ]
    fulfilling.finish(it.task(request, "make"), by=it.here.nia, at=NOON)
    assert mine(it.here.nia) == 0


def mine(who: Viewer) -> int:
    """As the queue's view of what somebody has in hand."""
    with viewing(who):
        return Standing.objects.filter(in_hand_of(who.person or 0), is_open=True).count()
