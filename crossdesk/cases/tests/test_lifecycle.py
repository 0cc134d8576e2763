from datetime import timedelta

import pytest

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.cases import assigning, closing, leg_work, policy, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.lifecycle import LegStage, Outcome, Stage
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs, viewing

pytestmark = pytest.mark.django_db
ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your registration service.")


@pytest.fixture
def here() -> Cast:
    return cast()


def owned(here: Cast) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def next_action(case: Case, seat: int) -> tuple[str, str, str]:
    with verbs():
        row = Standing.objects.get(case=case, seat_id=seat)
    return row.ball, row.next_who, row.next_what


def test_a_case_runs_from_raised_to_closed(here: Cast) -> None:
    case = owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    leg_work.acknowledge(leg, by=here.gwen, at=NOON, their_reference="INC0048213")
    leg_work.resolve(leg, by=here.gwen, at=NOON, words="The job was run again.")
    leg_work.confirm(leg, by=here.nia, at=NOON)
    closing.resolve(case, by=here.nia, at=NOON, words="All confirmations arrived.")
    closing.confirm(case, by=here.priya, at=NOON)
    assert (case.stage, case.outcome, leg.stage) == (Stage.CLOSED, Outcome.FIXED, LegStage.CONFIRMED)


def test_a_case_with_an_unsettled_leg_cannot_resolve(here: Cast) -> None:
    case = owned(here)
    engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    with pytest.raises(NotAllowed, match="until every engaged desk has answered: waiting for Pennine Grid help desk"):
        closing.resolve(case, by=here.nia, at=NOON, words="Fixed.")


def test_a_refusal_says_what_is_possible(here: Cast) -> None:
    case = here.case()
    with pytest.raises(WrongStage, match="is raised, so you cannot resolve; you can still take it into triage"):
        closing.resolve(case, by=here.nia, at=NOON, words="Fixed.")


def test_the_second_of_two_triagers_is_told_what_changed(here: Cast) -> None:
    case = here.case()
    with viewing(here.tom):
        seen = Case.objects.get(pk=case.pk).thread.length
    triage.take(case, by=here.nia, at=NOON)
    with pytest.raises(Moved, match="Nia Bevan was here before you: “Taken into triage” at 12:00"):
        triage.take(case, by=here.tom, at=NOON, seen=seen)


def test_a_redirect_closes_and_counts_as_resolved_here(here: Cast) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.redirect(case, by=here.nia, at=NOON, why="One rejected message, REG0000.", to=here.pennine_help)
    assert (case.outcome, case.bounces, case.resolved_at) == (Outcome.REDIRECTED, 1, NOON)


def test_a_competitor_cannot_act_on_a_case(here: Cast) -> None:
    case = here.case()
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, which owns"):
        triage.take(case, by=here.hal, at=NOON)
    with pytest.raises(NotAllowed, match="Only those on the case"):
        writing.write(case, to="raiser", words="Hello", by=here.hal, at=NOON)


def test_a_supplier_desk_does_not_reach_an_inward_service_desk(here: Cast) -> None:
    case = owned(here)
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)  # Elexon is a central provider, so it may
    with verbs():
        refusal = policy.may_engage(here.pennine_help, here.pennine_service)
    assert refusal is not None
    assert "faces inward: only a central provider's desk engages it" in refusal


def test_an_offer_is_held_by_the_sender_until_accepted(here: Cast) -> None:
    case = owned(here)
    offer = assigning.assign(case, group=here.dip_team, by=here.nia, at=NOON)
    assert next_action(case, here.elexon_desk.seat_id) == ("us", "DIP operations", "accept or refuse the offer")
    with pytest.raises(NotAllowed, match="Only somebody in DIP operations"):
        assigning.accept(offer, by=here.nia, at=NOON)
    assigning.accept(offer, by=here.tom, at=NOON)
    assert next_action(case, here.elexon_desk.seat_id) == ("us", "Tom Okafor", "resolve it")


def test_a_refused_offer_is_counted_and_is_no_bounce_between_desks(here: Cast) -> None:
    case = owned(here)
    offer = assigning.assign(case, group=here.dip_team, by=here.nia, at=NOON)
    assigning.refuse(offer, by=here.tom, at=NOON, why="The gateway is healthy.")
    with verbs():
        case.refresh_from_db()
        refused = Entry.objects.get(thread=case.pk, kind="case.refuse")
    assert (case.bounces, refused.facts["refusals"]) == (0, 1)


def test_a_question_gives_the_raiser_the_ball_until_it_is_answered(here: Cast) -> None:
    case = owned(here)
    question = writing.ask_raiser(case, words="Which extract?", due_at=NOON + timedelta(hours=2), by=here.nia, at=NOON)
    assert next_action(case, here.sycamore.seat_id) == ("us", "Sycamore Energy", "answer the question")
    writing.answer(case, question=question, words="The second one.", by=here.priya, at=NOON)
    assert next_action(case, here.sycamore.seat_id)[0] == "them"


def test_a_question_needs_a_due_time_ahead(here: Cast) -> None:
    case = owned(here)
    with pytest.raises(Invalid, match="due time that lies ahead"):
        writing.ask_raiser(case, words="Which?", due_at=NOON, by=here.nia, at=NOON)


def test_reopening_has_a_window(here: Cast) -> None:
    case = owned(here)
    closing.resolve(case, by=here.nia, at=NOON, words="Done.")
    closing.confirm(case, by=here.priya, at=NOON)
    with pytest.raises(WrongStage, match="more than 28 days ago; raise a new case"):
        closing.reopen(case, by=here.priya, at=NOON + timedelta(days=29), why="It is back.")
    closing.reopen(case, by=here.priya, at=NOON + timedelta(days=2), why="It is back.")
    assert case.stage == Stage.TRIAGE


def test_a_leg_declined_with_the_right_desk_is_settled(here: Cast) -> None:
    case = owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    leg_work.decline(leg, by=here.gwen, at=NOON, why="The file never reached us.", to_words="DCC Service Desk")
    with verbs():
        case.refresh_from_db()
    assert (leg.stage, case.bounces) == (LegStage.DECLINED, 1)
