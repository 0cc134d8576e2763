"""Approvals: whose, in which order, by how many, and every way one is not given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, Role, WrongStage
from crossdesk.cases import closing, triage
from crossdesk.cases.lifecycle import Outcome
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, seen_at, somebody
from crossdesk.desks.models import DeskMember
from crossdesk.parties import delegating
from crossdesk.parties.models import Delegation, Membership
from crossdesk.requests import approving
from crossdesk.requests.models import Approval
from crossdesk.requests.progress import working_days_after
from crossdesk.requests.questions import waiting_for, whole
from crossdesk.requests.tests.conftest import MINUTE, Asking
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing


def waiting(viewer: Viewer) -> list[str]:
    with viewing(viewer):
        return [each.key for each in waiting_for(viewer)]


def test_each_is_asked_in_its_turn_and_then_the_work_stands_open(it: Asking) -> None:
    request = it.dip_id()
    assert (waiting(it.asha), waiting(it.mo)) == (["dip-id.administrator"], [])
    with pytest.raises(NotAllowed, match="not yet the turn of a service manager of Elexon Service Desk"):
        approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON + MINUTE)
    assert (waiting(it.asha), waiting(it.mo)) == ([], ["dip-id.manager"])
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON + 2 * MINUTE, words="The pair is in ISD.")
    request = it.again(request)
    assert request.approved_at == NOON + 2 * MINUTE
    assert [it.task(request, part).open for part in ("make", "channels")] == [True, False]
    with verbs():
        assert list(broken_links()) == []


def test_a_refusal_closes_the_case_and_says_why(it: Asking) -> None:
    request = it.dip_id()
    with pytest.raises(Invalid, match="Say why it is refused"):
        approving.refuse(it.approval(request, "administrator"), by=it.asha, at=NOON, why=" ")
    approving.refuse(it.approval(request, "administrator"), by=it.asha, at=NOON, why="We leave that role in May.")
    case = it.again(request).case
    assert (case.outcome, case.stage) == (Outcome.REFUSED, "closed")
    with viewing(it.here.priya):
        said = Entry.objects.get(thread=case.pk, kind="case.turn_down")
        assert said.body.words == "We leave that role in May."
    assert waiting(it.asha) == []


def test_what_was_refused_and_opened_again_is_put_to_the_same_role_once_more(it: Asking) -> None:
    request = it.dip_id()
    approving.refuse(it.approval(request, "administrator"), by=it.asha, at=NOON, why="Not yet.")
    with verbs():
        case = Case.objects.select_related("raiser", "owner").get(pk=request.pk)
    closing.reopen(case, by=it.here.priya, at=NOON + MINUTE, why="Now it is time.")
    assert waiting(it.asha) == ["dip-id.administrator"]
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON + 2 * MINUTE)
    with viewing(it.here.nia):
        seen = whole(Case.objects.get(pk=request.pk))
        assert seen is not None
        assert [each.decision for each in seen.past] == ["refused"]
        assert [each.decision for each in seen.approvals] == ["approved", ""]


def test_nobody_approves_after_the_case_was_closed(it: Asking) -> None:
    request = it.dip_id()
    closing.withdraw(it.again(request).case, by=it.here.priya, at=NOON, why="No longer needed.")
    with pytest.raises(WrongStage, match=r"is closed \(withdrawn\), so nobody can approve it any more"):
        approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    assert waiting(it.asha) == []


def test_whoever_asked_does_not_approve(it: Asking) -> None:
    request = it.ask("dip-id", {"mpid": "SYCA", "role": "supplier"}, by=it.asha)
    assert waiting(it.asha) == []
    with pytest.raises(NotAllowed, match="You asked for it yourself"):
        approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)


def test_nobody_else_approves(it: Asking) -> None:
    request = it.dip_id()
    for who in (it.here.priya, it.here.hal, it.here.nia, it.here.gwen, it.mo):
        with pytest.raises(
            NotAllowed, match="Only a party administrator of Sycamore Energy can approve or refuse this"
        ):
            approving.approve(it.approval(request, "administrator"), by=who, at=NOON)


def test_whoever_left_meanwhile_does_not_approve(it: Asking) -> None:
    request = it.dip_id()
    with verbs():
        Membership.objects.filter(person=it.asha.person).update(until=NOON)
    with pytest.raises(NotAllowed, match="You do not act for Sycamore Energy any more"):
        approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON + MINUTE)


def test_whoever_lost_the_role_or_the_desk_does_not_approve(it: Asking) -> None:
    request = it.dip_id()
    with verbs():
        Membership.objects.filter(person=it.asha.person).update(roles=[Role.SERVICE_USER.value])
    with pytest.raises(NotAllowed, match="You are no party administrator of Sycamore Energy any more"):
        approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON + MINUTE)


def test_whoever_left_the_desk_does_not_approve_for_it_and_a_word_given_before_stands(it: Asking) -> None:
    request = it.dip_id()
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    with verbs():
        Membership.objects.filter(person=it.asha.person).update(until=NOON)
        DeskMember.objects.filter(membership__person=it.mo.person).update(until=NOON)
    with pytest.raises(NotAllowed, match="You have no place at Elexon Service Desk any more"):
        approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON + MINUTE)
    with verbs():
        DeskMember.objects.filter(membership__person=it.mo.person).update(until=None)
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON + MINUTE)
    assert it.again(request).approved_at == NOON + MINUTE


def delegate(it: Asking) -> Viewer:
    """Castell's administrator acts for Sycamore from before the request on."""
    since = NOON - timedelta(hours=1)
    with verbs():
        offered = delegating.offer(
            it.here.sycamore, it.castell, delegating.Scope(since=since, may_act=True), by=it.asha, at=since
        )
        delegating.accept(offered, by=it.cass, at=since)
    return seen_at(it.cass)


def test_a_delegate_approves_where_the_catalogue_lets_it_and_not_after_its_end(it: Asking) -> None:
    cass = delegate(it)
    answers = {
        "dip-id": "2300000001",
        "for": "Both",
        "environment": "User testing (UIT)",
        "domain": "dip.sycamore.example",
    }
    first, second = it.ask("certificate", answers), it.ask("certificate", answers)
    approving.approve(it.approval(first, "administrator"), by=cass, at=NOON)
    assert it.again(first).approved_at == NOON
    with pytest.raises(NotAllowed, match="Only a party administrator"):
        approving.approve(it.approval(it.dip_id(), "administrator"), by=cass, at=NOON)
    with verbs():
        delegating.end(Delegation.objects.get(), by=it.asha, at=NOON + MINUTE)
    for viewer in (cass, seen_at(it.cass, 2 * MINUTE)):  # with the page still open, and opened anew
        with pytest.raises(NotAllowed, match="The delegation of Sycamore Energy to Castell Connect ended at 12:01"):
            approving.approve(it.approval(second, "administrator"), by=viewer, at=NOON + 2 * MINUTE)


def test_two_people_means_two_people(it: Asking) -> None:
    removal = {"dip-id": "2300000001", "role": "supplier", "date": "2026-12-24"}
    request = it.ask("role-removal", removal)
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    assert waiting(it.asha) == []
    with pytest.raises(NotAllowed, match="You have given your word already; a second person has to"):
        approving.approve(it.approval(request, "administrator", 2), by=it.asha, at=NOON)
    ben = somebody("Ben Oak", it.here.sycamore, Role.ADMINISTRATOR)
    approving.approve(it.approval(request, "administrator", 2), by=ben, at=NOON)
    assert it.again(request).approved_at == NOON


def test_who_was_first_is_told_to_the_second(it: Asking) -> None:
    request = it.dip_id()
    ben = somebody("Ben Oak", it.here.sycamore, Role.ADMINISTRATOR)
    copy = it.approval(request, "administrator")
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    with pytest.raises(Moved, match="Asha Rao was here before you at 12:00: approved"):
        approving.refuse(copy, by=ben, at=NOON + MINUTE, why="No.")


def test_a_partner_whose_word_it_needs_reads_the_form_and_agrees(it: Asking) -> None:
    answers = {"role": "supplier", "partner": str(it.castell.pk), "from": "2026-12-01"}
    request = it.ask("connection-provider", answers)
    approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
    cass = seen_at(it.cass)
    assert waiting(cass) == ["connection-provider.partner-agrees"]
    with viewing(cass):
        seen = whole(Case.objects.get(pk=request.pk))
        assert seen is not None
        assert dict(seen.shown)["Connection provider"] == "Castell Connect"
        assert seen.tasks == []  # how the work goes is between who asked and the desk
    approving.approve(it.approval(request, "partner-agrees"), by=cass, at=NOON)
    assert it.again(request).approved_at == NOON


def test_nobody_objecting_in_five_working_days_is_consent(it: Asking) -> None:
    answers = {"dip-id": "2300000001", "last-day": "2027-01-31", "why": "We merge."}
    request = it.ask("off-boarding", answers)
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
    objection = it.approval(request, "objection")
    assert objection.object_by == datetime(2026, 12, 2, 0, 0, tzinfo=UTC)  # Tuesday noon; the next Tuesday's end
    assert approving.lapse(objection.object_by - MINUTE) == 0
    assert approving.lapse(objection.object_by) == 1
    assert approving.lapse(objection.object_by) == 0
    assert it.approval(request, "objection").decision == Approval.Decision.NO_OBJECTION
    assert it.again(request).approved_at == objection.object_by


def test_an_objection_in_time_closes_it(it: Asking) -> None:
    request = it.ask("off-boarding", {"dip-id": "2300000001", "last-day": "2027-01-31", "why": "We merge."})
    approving.approve(it.approval(request, "manager"), by=it.mo, at=NOON)
    approving.refuse(it.approval(request, "objection"), by=it.asha, at=NOON, why="Contracts run until June.")
    assert approving.lapse(NOON + timedelta(days=30)) == 0
    assert it.again(request).case.outcome == Outcome.REFUSED


def test_working_days_leave_out_weekends_and_bank_holidays() -> None:
    """Christmas 2026: Friday 25 December, and Monday 28 for Boxing Day on a Saturday."""
    assert working_days_after(datetime(2026, 12, 24, 9, tzinfo=UTC), 1) == datetime(2026, 12, 30, tzinfo=UTC)


def test_the_desk_may_redirect_what_nobody_has_approved_yet(it: Asking) -> None:
    request = it.dip_id()
    case = it.again(request).case
    triage.take(case, by=it.here.nia, at=NOON)
    triage.redirect(case, by=it.here.nia, at=NOON, why="Ask the MHHS programme.", to_words="The programme")
    with pytest.raises(WrongStage, match="redirected"):
        approving.approve(it.approval(request, "administrator"), by=it.asha, at=NOON)
