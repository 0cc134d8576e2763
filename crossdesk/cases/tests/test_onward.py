"""An engaged desk's leg is its own work item: the three outcomes, and legs of legs that only their two desks read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import Invalid, NotAllowed, Role, WrongStage
from crossdesk.cases import assigning, closing, leg_work, triage, writing
from crossdesk.cases.engaging import Engagement, engage, engage_onward, show_legs
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.questions import find_case, read_case
from crossdesk.cases.tests.cast import NOON, Cast, as_viewer, cast
from crossdesk.cases.triage import Judged
from crossdesk.desks.founding import give_place, open_desk, open_group
from crossdesk.desks.models import Desk
from crossdesk.exchange.models import OutboxItem
from crossdesk.parties.founding import found_party, join
from crossdesk.parties.models import Membership, Person
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
ASK = Engagement(ask="Confirm which MPANs are affected.", outside_because="The load runs in your registration service.")
ON = Engagement(ask="Run the load again.", outside_because="The platform is yours.")


@pytest.fixture
def here() -> Cast:
    return cast()


def moss(here: Cast) -> tuple[Desk, Viewer]:
    """A registration platform that the distributor's help desk works with."""
    with verbs():
        party = found_party("Moss Registration", roles=["ldso"])
        desk = open_desk("Moss help desk", rule="ldso-help-desk", owner=party, kind="help", home=Desk.Home.HOSTED)
        ida = Person.objects.create_user("ida@moss.example", "Ida Moss")
        give_place(desk, join(ida, party, Role.AGENT, since=NOON - timedelta(days=30)))
    return desk, as_viewer(ida)


def engaged(here: Cast) -> tuple[Case, Leg]:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    return case, engage(case, here.pennine_help, ASK, by=here.nia, at=NOON)


def next_action(case: Case, seat: int, leg: int = 0) -> tuple[str, str, str]:
    with verbs():
        row = Standing.objects.get(case=case, seat_id=seat, leg=leg)
    return row.ball, row.next_who, row.next_what


def legs_listed(case: Case, seat: int, leg: int = 0) -> list[str]:
    with verbs():
        return [mark["desk"] for mark in Standing.objects.get(case=case, seat_id=seat, leg=leg).legs]


def test_an_engaged_desk_judges_its_own_priority_and_keeps_the_reason(here: Cast) -> None:
    case, leg = engaged(here)
    leg_work.prioritise(leg, Judged(3, "One area.", "", ""), by=here.gwen, at=NOON)
    with verbs():
        row = Standing.objects.get(case=case, seat_id=here.pennine_help.seat_id)
        case.refresh_from_db()
    assert (row.priority, case.priority) == (3, None)
    with viewing(here.nia):
        assert not Entry.objects.filter(thread=case.pk, kind="leg.prioritise").exists()
    with pytest.raises(NotAllowed, match="Only Pennine Grid help desk can set its priority on its own leg"):
        leg_work.prioritise(leg, Judged(1, "", "", ""), by=here.nia, at=NOON)


def test_a_leg_is_assigned_only_while_it_is_worked_on(here: Cast) -> None:
    _, leg = engaged(here)
    with verbs():
        group = open_group(here.pennine_help, "Registrations", Membership.objects.get(person=here.gwen.person))
    offer = assigning.assign_leg(leg, group=group, by=here.gwen, at=NOON)
    assigning.accept(offer, by=here.gwen, at=NOON)
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="Found it.")
    with pytest.raises(WrongStage, match="is withdrawn, so you cannot assign"):
        assigning.assign_leg(leg, group=group, by=here.gwen, at=NOON)


def test_a_leg_goes_onward_and_only_its_two_desks_read_it(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, ida = moss(here)
    onward = engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    assert (onward.from_desk, onward.onward_of, leg.stage) == (here.pennine_help, leg, LegStage.IN_PROGRESS)
    leg_work.update(onward, by=ida, at=NOON, words="Between the two of us")
    for viewer in (here.nia, here.priya, here.hal):
        with viewing(viewer):
            assert not Leg.objects.filter(pk=onward.pk).exists()
            assert not Entry.objects.filter(facts__leg=onward.pk).exists()
    with viewing(ida):
        found = find_case(case.reference)
        assert found is not None
        file = read_case(found, ida)
        assert [each.pk for each in file.legs] == [onward.pk]
        assert "case.raised" not in [entry.kind for entry in file.entries]


def test_each_side_of_a_chain_is_told_who_acts_next(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, ida = moss(here)
    onward = engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    pennine, owner = here.pennine_help.seat_id, here.elexon_desk.seat_id
    assert next_action(case, moss_desk.seat_id, onward.pk) == ("us", "Moss help desk", "acknowledge")
    assert next_action(case, pennine, leg.pk) == ("them", "Moss help desk", "acknowledge the engagement")
    assert next_action(case, owner) == ("them", "Pennine Grid help desk", "answer")
    leg_work.resolve(onward, by=ida, at=NOON, words="It ran.")
    assert next_action(case, pennine, leg.pk) == (
        "us",
        "Pennine Grid help desk",
        "confirm or dispute the answer of Moss help desk",
    )
    leg_work.confirm(onward, by=here.gwen, at=NOON)
    assert next_action(case, pennine, leg.pk)[::2] == ("us", "answer")


def test_a_question_on_an_onward_leg_waits_for_its_sender_and_not_for_the_owner(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, ida = moss(here)
    onward = engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    leg_work.ask(onward, by=ida, at=NOON, words="Which night?", due_at=NOON + timedelta(hours=1))
    assert next_action(case, here.pennine_help.seat_id, leg.pk) == (
        "us",
        "Pennine Grid help desk",
        "answer Moss help desk",
    )
    assert next_action(case, here.elexon_desk.seat_id)[1] == "Pennine Grid help desk"
    with verbs():
        row = Standing.objects.get(case=case, leg=leg.pk, seat_id=here.pennine_help.seat_id)
    assert row.next_by == NOON + timedelta(hours=1)


def test_a_leg_with_an_unsettled_onward_leg_can_neither_resolve_nor_decline(here: Cast) -> None:
    _, leg = engaged(here)
    moss_desk, _ = moss(here)
    engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    with pytest.raises(NotAllowed, match="until every desk you engaged on it has answered: waiting for Moss help desk"):
        leg_work.resolve(leg, by=here.gwen, at=NOON, words="Done.")
    with pytest.raises(NotAllowed, match="withdraw the engagement of Moss help desk first"):
        leg_work.decline(leg, by=here.gwen, at=NOON, why="Not ours.")


def test_withdrawing_a_leg_withdraws_what_was_asked_onward_without_its_words(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, ida = moss(here)
    onward = engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    further = engage_onward(onward, here.pennine_service, ON, by=_central(moss_desk, ida), at=NOON)
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="Sycamore found it in its own gateway.")
    with verbs():
        stages = dict(Leg.objects.filter(case=case).values_list("pk", "stage"))
        told = Entry.objects.select_related("body").get(kind="leg.let_go", facts__leg=onward.pk).body
    assert set(stages.values()) == {LegStage.WITHDRAWN}
    assert further.pk in stages
    assert (told.organisation, "gateway" in told.words) == ("Pennine Grid help desk", False)


def _central(desk: Desk, viewer: Viewer) -> Viewer:
    """Only a central provider's desk reaches an inward service desk."""
    with verbs():
        desk.owner.central = True
        desk.owner.save(update_fields=["central"])
        desk.refresh_from_db()
    return viewer


def test_who_may_engage_is_asked_of_the_real_sender(here: Cast) -> None:
    _, leg = engaged(here)
    with pytest.raises(NotAllowed, match="faces inward"):
        engage_onward(leg, here.pennine_service, ON, by=here.gwen, at=NOON)
    with pytest.raises(Invalid, match="is on this case already"):
        engage_onward(leg, here.elexon_desk, ON, by=here.gwen, at=NOON)
    moss_desk, _ = moss(here)
    for viewer in (here.nia, here.priya, here.hal):
        with pytest.raises(NotAllowed, match="Only Pennine Grid help desk can"):
            engage_onward(leg, moss_desk, ON, by=viewer, at=NOON)


def test_two_desks_of_one_party_have_a_leg_between_them(here: Cast) -> None:
    case, leg = engaged(here)
    with verbs():
        field = open_desk("Pennine field desk", rule="other", owner=here.pennine, kind="help", home=Desk.Home.HOSTED)
        give_place(field, Membership.objects.get(person=here.gwen.person))
    gwen = as_viewer(Person.objects.get(name="Gwen Price"))
    onward = engage_onward(leg, field, ON, by=gwen, at=NOON)
    leg_work.resolve(onward, by=gwen, at=NOON, words="Seen on site.")
    leg_work.confirm(onward, by=gwen, at=NOON)
    with verbs():
        said = dict(Entry.objects.filter(thread=case.pk, facts__leg=onward.pk).values_list("kind", "by_desk"))
    assert (said["leg.resolve"], said["leg.confirm"]) == (field.pk, here.pennine_help.pk)


def test_a_desk_is_engaged_by_two_others_without_either_being_told(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, ida = moss(here)
    direct = engage(case, moss_desk, ASK, by=here.nia, at=NOON)
    onward = engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    with viewing(here.gwen):
        assert not Leg.objects.filter(pk=direct.pk).exists()
    with viewing(ida):
        assert set(Leg.objects.values_list("pk", flat=True)) == {direct.pk, onward.pk}


def test_onward_legs_show_to_others_only_where_the_owner_allows(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, _ = moss(here)
    engage_onward(leg, moss_desk, ON, by=here.gwen, at=NOON)
    raiser, pennine = here.sycamore.seat_id, here.pennine_help.seat_id
    assert legs_listed(case, here.elexon_desk.seat_id) == ["Pennine Grid help desk", "Moss help desk"]
    assert legs_listed(case, raiser) == ["Pennine Grid help desk"]
    assert _readers(case, here.priya).isdisjoint({"Moss help desk"})
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk"):
        show_legs(case, to="everyone", by=here.gwen, at=NOON)
    show_legs(case, to="raiser", by=here.nia, at=NOON)
    assert legs_listed(case, raiser) == ["Pennine Grid help desk", "Moss help desk"]
    assert "Moss help desk" in _readers(case, here.priya)
    engage(case, here.pennine_service, ASK, by=here.nia, at=NOON)
    assert legs_listed(case, pennine, leg.pk) == ["Moss help desk"]
    show_legs(case, to="everyone", by=here.nia, at=NOON)
    assert len(legs_listed(case, pennine, leg.pk)) == 3


def _readers(case: Case, viewer: Viewer) -> set[str]:
    with viewing(viewer):
        found = find_case(case.reference)
        assert found is not None
        return set(read_case(found, viewer).readers.values())


def test_nobody_passes_on_what_they_may_not_read(here: Cast) -> None:
    case, leg = engaged(here)
    moss_desk, _ = moss(here)
    writing.write(case, to="raiser", words="Between raiser and owner", by=here.nia, at=NOON)
    with verbs():
        secret = Entry.objects.get(thread=case.pk, kind="case.write")
    with pytest.raises(Invalid, match="cannot be shared"):
        engage_onward(leg, moss_desk, Engagement("Look.", "Yours.", entries=[secret.pk]), by=here.gwen, at=NOON)


def test_a_letter_onward_is_from_the_desk_that_engages(here: Cast) -> None:
    _, leg = engaged(here)
    with verbs():
        away = open_desk(
            "Fen desk",
            rule="other",
            owner=here.harrier,
            kind="help",
            home=Desk.Home.ELSEWHERE,
            address="desk@fen.example",
        )
    onward = engage_onward(leg, away, ON, by=here.gwen, at=NOON)
    with verbs():
        item = OutboxItem.objects.select_related("leg__from_desk").get(leg=onward)
    assert item.leg is not None
    assert (item.leg.from_desk, item.seats) == (here.pennine_help, sorted({here.pennine_help.seat_id, away.seat_id}))


def test_a_silent_leg_is_settled_by_a_person_with_a_reason(here: Cast) -> None:
    case, leg = engaged(here)
    with pytest.raises(Invalid, match="is not silent: it has until 14:00"):
        leg_work.give_up(leg, by=here.nia, at=NOON, why="No answer.")
    later = NOON + timedelta(hours=3)
    with pytest.raises(Invalid, match="Say how you tried"):
        leg_work.give_up(leg, by=here.nia, at=later, why=" ")
    with pytest.raises(NotAllowed, match="Only Elexon Service Desk, which engaged"):
        leg_work.give_up(leg, by=here.gwen, at=later, why="No answer.")
    leg_work.give_up(leg, by=here.nia, at=later, why="Called twice.")
    assert (leg.stage, leg.silent) == (LegStage.WITHDRAWN, True)
    closing.resolve(case, by=here.nia, at=later, words="Found without them.")


def test_a_case_with_desks_at_work_is_not_withdrawn_over_their_heads(here: Cast) -> None:
    case, leg = engaged(here)
    with pytest.raises(WrongStage, match="ask Elexon Service Desk to withdraw those first"):
        closing.withdraw(case, by=here.priya, at=NOON, why="It went away.")
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="The raiser withdraws.")
    closing.withdraw(case, by=here.priya, at=NOON, why="It went away.")
    assert case.outcome == "withdrawn"
