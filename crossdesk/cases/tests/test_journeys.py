"""A redirected case goes on where it belongs, and a second bounce brings the desks together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, Role, WrongStage
from crossdesk.cases import closing, evidence, joint_triage, leg_work, likeness, references, triage, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.joint_triage import NOT_OURS, OURS, Side
from crossdesk.cases.journeys import carry_on, journey_of
from crossdesk.cases.lifecycle import Outcome, Stage
from crossdesk.cases.material import Member
from crossdesk.cases.models import Case, JointTriage, Standing
from crossdesk.cases.tests.cast import NOON, Cast, as_viewer, cast
from crossdesk.desks.founding import give_place, open_desk
from crossdesk.desks.models import Desk
from crossdesk.parties.founding import found_party, join
from crossdesk.parties.models import Person
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your service.")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def here() -> Cast:
    return cast()


def redirected(here: Cast, to: Desk | None = None, to_words: str = "") -> Case:
    case = here.case()
    references.add_list(case, [b"T-1\nT-2"], "transaction", by=here.priya, at=NOON)
    evidence.add(case, "gateway.log", [b"a line"], by=here.priya, at=NOON)
    triage.take(case, by=here.nia, at=NOON)
    writing.write(case, to="internal", words="Between us", by=here.nia, at=NOON)
    evidence.add(case, "ours.log", [b"ours"], by=here.nia, at=NOON, audience="internal")
    triage.redirect(case, by=here.nia, at=NOON, why="Rejected by your registration.", to=to, to_words=to_words)
    return case


def carried(here: Cast) -> tuple[Case, Case]:
    case = redirected(here, here.pennine_help)
    with viewing(here.priya):
        return case, carry_on(case, by=here.priya, at=LATER)


def owned(here: Cast) -> Case:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case


def test_the_raiser_carries_on_all_that_it_may_read_and_nothing_else(here: Cast) -> None:
    case, onward = carried(here)
    assert (onward.owner, onward.journey, onward.bounces) == (here.pennine_help, case.journey, 1)
    with viewing(here.gwen):
        bodies = {entry.kind: entry.body for entry in Entry.objects.filter(thread=onward.pk).select_related("body")}
        assert bodies["case.raised"].detail["impact"] == "Appointments cannot be confirmed."
        assert bodies["case.carried"].words == "Rejected by your registration."
        assert [each.name for each in onward.evidence.all()] == ["gateway.log"]
        kept = onward.reference_sets.get()
        assert not Case.objects.filter(pk=case.pk).exists()
    with verbs():
        assert list(Member.objects.filter(set=kept).order_by("value").values_list("value", flat=True)) == ["T-1", "T-2"]
        assert not Entry.objects.filter(thread=onward.pk, body__words__contains="Between us").exists()


def test_only_the_raiser_carries_on_and_only_once(here: Cast) -> None:
    case = redirected(here, here.pennine_help)
    with viewing(here.nia), pytest.raises(NotAllowed, match="Only Sycamore Energy itself"):
        carry_on(case, by=here.nia, at=LATER)
    with viewing(here.hal), pytest.raises(Invalid, match="nothing to carry on"):
        carry_on(case, by=here.hal, at=LATER)
    with viewing(here.priya):
        carry_on(case, by=here.priya, at=LATER)
        with pytest.raises(Invalid, match="was carried on already"):
            carry_on(case, by=here.priya, at=LATER)
    with pytest.raises(NotAllowed, match="was carried on to another desk, and goes on there"):
        closing.reopen(case, by=here.nia, at=LATER, why="Ours after all.")


def test_a_case_not_redirected_or_for_a_desk_elsewhere_is_not_carried(here: Cast) -> None:
    away = redirected(here, to_words="The Bright desk")
    with viewing(here.priya):
        with pytest.raises(Invalid, match="The Bright desk does not work here; take the case pack"):
            carry_on(away, by=here.priya, at=LATER)
        with pytest.raises(Invalid, match="was not sent on to another desk"):
            carry_on(owned(here), by=here.priya, at=LATER)


def test_the_journey_is_told_on_both_cases_to_each_as_far_as_they_may_see(here: Cast) -> None:
    case, onward = carried(here)
    told = {}
    for name, of in (("priya", case), ("priya", onward), ("gwen", onward), ("nia", case), ("hal", case)):
        with viewing(getattr(here, name)):
            told[name, of.pk] = [(step.desk, step.bounced, bool(step.reference)) for step in journey_of(of)]
    elexon, pennine = "Elexon Service Desk", "Pennine Grid help desk"
    assert told["priya", case.pk] == told["priya", onward.pk] == [(elexon, True, True), (pennine, False, True)]
    assert told["gwen", onward.pk] == [(elexon, True, False), (pennine, False, True)]
    assert told["nia", case.pk] == [(elexon, True, True), (pennine, False, False)]
    assert told["hal", case.pk] == []


def test_the_second_redirect_of_a_journey_opens_joint_triage_instead_of_closing(here: Cast) -> None:
    case, onward = carried(here)
    triage.take(onward, by=here.gwen, at=LATER)
    triage.redirect(onward, by=here.gwen, at=LATER, why="Never reached us.", to=here.elexon_desk)
    assert (onward.stage, onward.outcome, onward.bounces) == (Stage.TRIAGE, "", 2)
    with viewing(here.nia):
        joint = JointTriage.objects.get()
        assert sorted(joint.desks) == sorted([here.elexon_desk.pk, here.pennine_help.pk])
        said = Entry.objects.select_related("body").get(thread=onward.pk, kind="case.say")
        assert said.body.words.startswith("Never reached us.")
    for viewer in (here.priya, here.hal):
        with viewing(viewer):
            assert not JointTriage.objects.exists()
            assert not Entry.objects.filter(kind__in=("case.say", "case.joint")).exists()
    with pytest.raises(WrongStage, match="is in joint triage; decide there"):
        triage.redirect(onward, by=here.gwen, at=LATER, why="Again.", to=here.elexon_desk)
    assert case.pk != onward.pk


def in_joint_triage(here: Cast) -> tuple[Case, Viewer]:
    """Two declined legs of one case; the second desk's person is Flo."""
    with verbs():
        party = found_party("Fenland Networks", roles=["ldso"])
        fenland = open_desk("Fenland help desk", rule="other", owner=party, kind="help", home=Desk.Home.HOSTED)
        flo = Person.objects.create_user("flo@fenland.example", "Flo Fenn")
        give_place(fenland, join(flo, party, Role.AGENT, since=NOON - timedelta(days=30)))
    viewer, case = as_viewer(flo), owned(here)
    leg = engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)
    leg_work.decline(leg, by=here.gwen, at=NOON, why="None of them is ours.", to_words="Fenland")
    leg = engage(case, fenland, ASK, by=here.nia, at=NOON)
    leg_work.decline(leg, by=viewer, at=NOON, why="Not ours either.", to_words="Pennine")
    return case, viewer


def test_two_declined_legs_open_joint_triage_between_the_desks_concerned(here: Cast) -> None:
    case, flo = in_joint_triage(here)
    with verbs():
        rows = {row.seat_id: (row.ball, row.next_what) for row in Standing.objects.filter(case=case, is_open=True)}
    assert rows[here.elexon_desk.seat_id] == (
        "us",
        "hear Fenland help desk, Pennine Grid help desk and decide joint triage",
    )
    assert rows[here.pennine_help.seat_id] == ("us", "say in joint triage whether it is yours")
    with viewing(flo):
        assert not Entry.objects.filter(thread=case.pk, body__words="None of them is ours.").exists()


def test_what_a_desk_brings_is_what_it_ticked(here: Cast) -> None:
    case, flo = in_joint_triage(here)
    evidence.add(case, "sycamore.log", [b"a line"], by=here.priya, at=NOON)
    with viewing(here.gwen):
        declined = Entry.objects.get(thread=case.pk, kind="leg.decline")
    joint_triage.say(case, Side(NOT_OURS, "See our refusal.", entries=[declined.pk]), by=here.gwen, at=NOON)
    with viewing(flo):
        assert Entry.objects.select_related("body").get(pk=declined.pk).body.words == "None of them is ours."
        assert not case.evidence.exists()
    with verbs():
        file = case.evidence.get()
    with pytest.raises(Invalid, match="cannot be shared"):
        joint_triage.say(case, Side(OURS, "With proof.", evidence=[file.pk]), by=flo, at=NOON)
    joint_triage.say(case, Side(NOT_OURS, "The raiser's log.", evidence=[file.pk]), by=here.nia, at=NOON)
    with viewing(flo):
        assert case.evidence.select_related("entry").get() == file


def test_the_owner_decides_with_a_reason_and_the_raiser_is_told_whose_it_is(here: Cast) -> None:
    case, flo = in_joint_triage(here)
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, or a central provider's desk"):
        joint_triage.decide(case, desk=here.pennine_help, why="It is theirs.", by=flo, at=NOON)
    with pytest.raises(NotAllowed, match="in no joint triage with a desk of yours"):
        joint_triage.decide(case, desk=here.pennine_help, why="It is theirs.", by=here.priya, at=NOON)
    with pytest.raises(NotAllowed, match="decide there whose it is before it is resolved"):
        closing.resolve(case, by=here.nia, at=NOON, words="Fixed.")
    with pytest.raises(Invalid, match="Say what decided it"):
        joint_triage.decide(case, desk=here.pennine_help, why="", by=here.nia, at=NOON)
    joint_triage.decide(case, desk=here.pennine_help, why="Their area, by its digits.", by=here.nia, at=NOON)
    with viewing(here.priya):
        told = Entry.objects.select_related("body").get(thread=case.pk, kind="case.decided").body
        assert (told.detail["desk"], told.words) == ("Pennine Grid help desk", "")
    with verbs():
        assert not Standing.objects.filter(case=case, seat=here.pennine_help.seat_id, is_open=True).exists()
    triage.redirect(case, by=here.nia, at=NOON, why="As decided.", to=here.pennine_help)
    assert (case.outcome, case.bounces) == (Outcome.REDIRECTED, 2)


def test_a_central_desk_among_those_concerned_decides_too(here: Cast) -> None:
    _, onward = carried(here)
    triage.take(onward, by=here.gwen, at=LATER)
    triage.redirect(onward, by=here.gwen, at=LATER, why="Never reached us.", to=here.elexon_desk)
    joint_triage.decide(onward, desk=here.pennine_help, why="The file shows it did.", by=here.nia, at=LATER)
    with verbs():
        assert onward.joint_triages.get().decided_for == here.pennine_help


def test_reopening_begins_a_round_of_its_own(here: Cast) -> None:
    case = owned(here)
    closing.resolve(case, by=here.nia, at=NOON, words="Done.")
    closing.confirm(case, by=here.priya, at=NOON)
    back = NOON + timedelta(days=8)
    closing.reopen(case, by=here.priya, at=back, why="It is back.")
    assert (case.reopened_at, case.triaged_at, case.assigned_at, case.resolved_at) == (back, back, None, None)
    with verbs():
        row = Standing.objects.get(case=case, seat=here.elexon_desk.seat_id)
    assert (row.is_open, row.ball, row.next_by) == (True, "us", back + timedelta(minutes=30))


def test_a_dispute_goes_back_to_the_work_that_had_begun(here: Cast) -> None:
    case = owned(here)
    closing.resolve(case, by=here.nia, at=LATER, words="Done.")
    closing.dispute(case, by=here.priya, at=LATER, why="Two are missing.")
    assert (case.assigned_at, case.resolved_at) == (NOON, None)


def test_likely_duplicates_are_offered_to_the_owning_desk_only(here: Cast) -> None:
    first = here.case("Nothing arrives any more at our gateway since Monday")
    references.add_list(first, [b"T-1\nT-2"], "transaction", by=here.priya, at=NOON)
    worded = here.case("IF-036 confirmations missing after the nightly load")
    case = here.case("IF-036 confirmations missing after the overnight load")
    references.add_list(case, [b"T-2\nT-3"], "transaction", by=here.priya, at=NOON)
    with viewing(here.nia):
        found = {each.case.pk: each.because for each in likeness.alike(case, here.nia)}
    assert found == {first.pk: "shares 1 reference", worded.pk: "uses similar words"}
    for viewer in (here.priya, here.hal, here.gwen):
        with viewing(viewer):
            assert likeness.alike(case, viewer) == []
