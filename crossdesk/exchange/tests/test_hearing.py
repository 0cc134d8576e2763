"""What comes in by machine: kept first, applied once, in its order, and never guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdesk.access import NotAllowed, Role
from crossdesk.cases import leg_work, restricting
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.desks.ways import Channel, Meaning, Ways
from crossdesk.exchange import settling
from crossdesk.exchange.hearing import Answer, hear
from crossdesk.exchange.messages.message import Kind, Message, Redirect, Side, State, Unreadable, read_message
from crossdesk.exchange.models import InboxItem, OutboxItem
from crossdesk.exchange.tests.far_side import agreed, line_to
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://crossdesk.pennine.example"


def said(leg: Leg, kind: Kind, seq: int, words: str = "", **more: object) -> Message:
    with verbs():
        token = Leg.objects.get(pk=leg.pk).link.token
    told = {"id": f"there-{token}-{seq}", "link": token, "kind": kind, "seq": seq, "after": seq - 1, "words": words}
    return Message.model_validate(told | {"occurred_at": NOON, "our_number": "PG-77", **more})


def tell(here: Cast, message: Message) -> Answer:
    return hear(message.encoded(), party=here.pennine, key="Their desk", at=NOON + timedelta(minutes=1))


@pytest.fixture
def leg(here: Cast) -> Leg:
    line_to(here, ELSEWHERE, "secret")
    return engaged(here)


def now(leg: Leg) -> Leg:
    with verbs():
        return Leg.objects.select_related("case__owner", "from_desk", "to_desk", "redirect_to", "link").get(pk=leg.pk)


def words_on(leg: Leg) -> list[str]:
    with verbs():
        entries = Entry.objects.filter(thread=leg.case_id, audience="leg").select_related("body").order_by("seq")
        return [each.body.words for each in entries if each.kind == "leg.update"]


def test_offered_again_it_has_the_same_answer_and_no_second_effect(here: Cast, leg: Leg) -> None:
    update = said(leg, Kind.UPDATE, 1, "Looking.")
    first, again = tell(here, update), tell(here, update)
    assert (first.fate, first.repeated) == ("applied", False)
    assert (again.fate, again.why, again.repeated) == ("applied", first.why, True)
    assert words_on(leg) == ["Looking."]
    assert (now(leg).stage, now(leg).their_reference) == (LegStage.ACKNOWLEDGED, "PG-77")


def test_the_same_id_with_other_words_is_refused(here: Cast, leg: Leg) -> None:
    tell(here, said(leg, Kind.UPDATE, 1, "Looking."))
    with pytest.raises(Unreadable):
        tell(here, said(leg, Kind.UPDATE, 1, "Something else."))
    assert words_on(leg) == ["Looking."]


def test_what_comes_too_early_waits_for_the_one_before_it(here: Cast, leg: Leg) -> None:
    assert tell(here, said(leg, Kind.UPDATE, 3, "Third.")).fate == "waiting"
    assert tell(here, said(leg, Kind.UPDATE, 2, "Second.")).fate == "waiting"
    assert words_on(leg) == []
    assert tell(here, said(leg, Kind.UPDATE, 1, "First.")).fate == "applied"
    assert words_on(leg) == ["First.", "Second.", "Third."]


def test_nothing_that_came_over_a_link_is_said_back_to_it(here: Cast, leg: Leg) -> None:
    with verbs():
        before = OutboxItem.objects.count()
    tell(here, said(leg, Kind.UPDATE, 1, "Looking."))
    tell(here, said(leg, Kind.PROPOSE_RESOLUTION, 2, "Done."))
    with verbs():
        assert OutboxItem.objects.count() == before
    leg_work.dispute(now(leg), by=here.nia, at=NOON + timedelta(minutes=2), why="Not yet.")
    with verbs():
        assert OutboxItem.objects.latest("pk").kind == Kind.DISPUTE


def test_a_refusal_arrives_with_the_desk_it_belongs_to(here: Cast, leg: Leg) -> None:
    tell(here, said(leg, Kind.REJECT_REDIRECT, 1, "Not ours.", redirect=Redirect(to="Pennine Grid help desk")))
    assert (now(leg).stage, now(leg).redirect_to) == (LegStage.DECLINED, here.pennine_help)


def test_an_unknown_state_is_kept_as_it_was_written_and_moves_nothing(here: Cast, leg: Leg) -> None:
    tell(here, said(leg, Kind.UPDATE, 1, "", state=State(raw="Parked")))
    assert now(leg).stage == LegStage.ACKNOWLEDGED
    assert now(leg).link.their_state == "Parked"
    assert Ways(states={"Parked": Meaning.PENDING_THEM}).meaning("Dropped") is Meaning.UNKNOWN


@pytest.mark.parametrize(("named", "heard"), [("Their desk", True), ("Another key", False)])
def test_only_keys_that_the_agreement_names_may_send(here: Cast, named: str, heard: bool) -> None:
    agreed(
        here.pennine,
        here.elexon,
        here.pennine_service,
        Ways(channel=Channel.CROSSDESK, endpoint=ELSEWHERE, may_send=(named,)),
        "secret",
    )
    update = said(engaged(here), Kind.UPDATE, 1, "Looking.")
    if heard:
        assert tell(here, update).fate == "applied"
    else:
        with pytest.raises(NotAllowed, match="does not name the key “Their desk”"):
            tell(here, update)


def test_nobody_speaks_on_the_link_of_another_party(here: Cast, leg: Leg) -> None:
    forged = said(leg, Kind.PROPOSE_RESOLUTION, 1, "Done.")
    with pytest.raises(NotAllowed):
        hear(forged.encoded(), party=here.harrier, key="Their desk", at=NOON)
    assert now(leg).stage == LegStage.SENDING
    with verbs():
        assert not InboxItem.objects.exists()


def test_words_for_an_engagement_that_is_over_wait_for_a_person(here: Cast, leg: Leg) -> None:
    tell(here, said(leg, Kind.UPDATE, 1, "Looking."))
    leg_work.withdraw(now(leg), by=here.nia, at=NOON, why="Found it.")
    answer = tell(here, said(leg, Kind.UPDATE, 2, "We found something too."))
    assert answer.fate == "refused"
    with verbs():
        item = InboxItem.objects.latest("pk")
    with pytest.raises(NotAllowed):
        settling.note(item, by=here.hal, at=NOON)
    settling.note(item, by=here.nia, at=NOON)
    assert words_on(leg)[-1] == "We found something too."
    assert tell(here, said(leg, Kind.WITHDRAW_ACK, 3)).fate == "applied"


def raising(to: str, **more: object) -> Message:
    told = {
        "id": "there-0001", "link": "PG-9.1", "kind": Kind.RAISE, "seq": 1, "occurred_at": NOON,
        "from": Side(party="Pennine Grid", author="Rhys Price"), "to": Side(desk=to), "our_number": "PG-9",
        "case": {"title": "Messages refused", "impact": "Work orders wait."},
        "references": [{"type": "mpan", "value": "1012001234560"}, {"type": "colour", "value": "blue"}],
    }  # fmt: skip
    return Message.model_validate(told | more)


def test_a_case_raised_there_is_a_case_here_that_answers_with_its_number(here: Cast) -> None:
    agreed(here.pennine, here.elexon, None, Ways(channel=Channel.CROSSDESK, endpoint=ELSEWHERE), "secret")
    answer = tell(here, raising("Elexon Service Desk"))
    assert answer.fate == "applied"
    with verbs():
        case = Case.objects.get(reference=answer.number)
        assert (case.summary, case.raiser, case.owner) == ("Messages refused", here.pennine, here.elexon_desk)
        assert OutboxItem.objects.get(case=case).kind == Kind.RECEIPT
        assert [each.kind for each in ReferenceSet.objects.filter(case=case)] == ["mpan"]


def test_a_case_for_a_desk_that_is_not_here_is_refused_in_one_sentence(here: Cast) -> None:
    with pytest.raises(NotAllowed, match="No agreement says"):
        tell(here, raising("Elexon Service Desk"))
    agreed(here.pennine, here.elexon, None, Ways(channel=Channel.CROSSDESK, endpoint=ELSEWHERE), "secret")
    with pytest.raises(NotAllowed):
        tell(here, raising("A desk of nobody"))
    assert tell(here, raising("Elexon Service Desk", id="there-0002", hops=9)).fate == "refused"


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"\xff\xfe", b'{"schema": "crossdesk.exchange/9"}', b"null", b'{"id": "' + b"a" * 300 + b'"}'],
)
def test_what_is_no_message_says_which_member_is_wrong(body: bytes) -> None:
    with pytest.raises(Unreadable, match="The message"):
        read_message(body)


def test_on_a_case_restricted_later_what_was_said_is_for_the_named_alone(here: Cast, leg: Leg) -> None:
    mona = somebody("Mona Hale", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    answer = tell(here, said(leg, Kind.UPDATE, 1, "Looking."))
    assert answer.fate == "applied"
    leg_work.withdraw(now(leg), by=here.nia, at=NOON + timedelta(minutes=1), why="It is about a person.")
    case = now(leg).case
    restricting.restrict(case, names=[], why="A person is named in it.", by=mona, at=NOON + timedelta(minutes=2))
    with verbs():
        here.elexon_desk.refresh_from_db()
        kept = [InboxItem.objects.get().seats, now(leg).link.seats, *OutboxItem.objects.values_list("seats", flat=True)]
    assert all(len(seats) == 1 and here.elexon_desk.seat_id not in seats for seats in kept), kept
