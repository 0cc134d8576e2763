"""Competitors in one review: who reads which row, asked of the database as each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crossdesk.access import Invalid, NotAllowed, Role, WrongStage
from crossdesk.cases.tests.cast import NOON, somebody
from crossdesk.reviews import account, acting, facts, publishing, sections
from crossdesk.reviews.account import Account
from crossdesk.reviews.models import Action, Answer, Draft, Event, Fact, Owner, Part, Review, Section
from crossdesk.reviews.tests.conftest import DAY, LATER, Past, circulated, closed
from crossdesk.threads.models import Entry, EntryBody
from crossdesk.threads.viewer import Viewer, verbs, viewing

EVERYTHING: tuple[Any, ...] = (Action, Answer, Draft, Event, Fact, Owner, Part, Review, Section)


def read(viewer: Viewer) -> str:
    """All that the database shows this viewer of the reviews, in words."""
    with viewing(viewer):
        rows = [repr(each) for model in EVERYTHING for each in model.objects.values()]
        kinds = Entry.objects.filter(kind__startswith="review.").values_list("pk", flat=True)
        bodies = [repr(each) for each in EntryBody.objects.filter(entry__in=list(kinds)).values()]
    return "\n".join([*rows, *bodies])


def signed(it: Past, by: Viewer, words: str) -> None:
    sections.write(it.review, words, by=by, at=LATER)
    sections.sign(it.review, by=by, at=LATER)


def published(it: Past) -> None:
    closed(it)
    publishing.publish(it.review, why="Learnt.", without="Not all.", by=it.ewan, at=NOON + 2 * DAY)


def test_while_it_is_drafted_only_the_lead_desk_knows_of_it(it: Past) -> None:
    for viewer in (it.here.priya, it.here.hal, it.here.gwen):
        with viewing(viewer):
            assert not any(model.objects.exists() for model in EVERYTHING if model is not Draft)


def test_a_stranger_to_the_incident_reads_nothing_even_when_it_is_published(it: Past) -> None:
    from crossdesk.cases.tests.cast import data_service

    stranger = somebody("Owain Rees", data_service(), Role.AGENT)
    circulated(it)
    signed(it, it.here.priya, "Our appointments lapsed.")
    published(it)
    assert read(stranger) == ""
    with pytest.raises(NotAllowed, match="Castell Data is not on the incident, so it has no section"):
        sections.write(it.review, "Me too.", by=stranger, at=LATER)


def test_a_draft_is_read_by_its_party_alone(it: Past) -> None:
    circulated(it)
    sections.write(it.review, "We noticed late.", by=it.here.priya, at=LATER)
    assert "We noticed late." in read(it.here.priya)
    for viewer in (it.ewan, it.here.nia, it.here.hal, it.here.gwen):
        assert "We noticed late." not in read(viewer)


def test_a_signed_section_is_read_by_the_lead_and_published_by_all(it: Past) -> None:
    circulated(it)
    signed(it, it.here.priya, "We noticed late.")
    assert "We noticed late." in read(it.ewan)
    assert "We noticed late." not in read(it.here.hal)
    published(it)
    for viewer in (it.here.hal, it.here.gwen):
        with viewing(viewer):
            section = Section.objects.get()
            assert (section.words, section.who.startswith("Supplier")) == ("We noticed late.", True)


def test_those_a_party_lends_its_sight_to_do_not_read_its_draft(it: Past) -> None:
    from crossdesk.threads.viewer import Lent

    circulated(it)
    sections.write(it.review, "We noticed late.", by=it.here.priya, at=LATER)
    seat = it.here.sycamore.seat_id
    lent = Lent(seat, it.here.sycamore.pk, "Sycamore Energy", by_delegation=True)
    parent = replace(it.here.hal, seats=(*it.here.hal.seats, seat), lent=(lent,))
    assert "We noticed late." not in read(parent)


def test_no_row_that_a_competitor_reads_names_or_numbers_the_other(it: Past) -> None:
    circulated(it)
    signed(it, it.here.priya, "We noticed late.")
    fact = facts.state(it.review, "No alarm rang.", by=it.here.priya, at=LATER)
    facts.answer(fact, agrees=True, by=it.here.gwen, at=LATER)
    owed: dict[str, Any] = {"owner": "Sam Lee", "due_at": NOON + 9 * DAY, "by": it.here.nia, "at": LATER}
    acting.give(it.review, "Alarm on silence", part=it.part(it.here.priya), **owed)
    account.describe(it.review, Account("Data missing", "A load stopped.", ""), by=it.here.nia, at=LATER)
    published(it)
    seen = read(it.here.hal)
    assert "No alarm rang." in seen
    assert "Alarm on silence" in seen
    for secret in ("Sycamore", "Priya", "Sam Lee", "sycamore", str(it.case), f"'party_id': {it.here.sycamore.pk},"):
        assert secret not in seen


def test_a_party_that_shows_its_name_is_named_everywhere(it: Past) -> None:
    circulated(it)
    fact = facts.state(it.review, "No alarm rang.", by=it.here.gwen, at=LATER)
    owed: dict[str, Any] = {"owner": "Ruth", "due_at": NOON + 9 * DAY, "by": it.here.nia, "at": LATER}
    action = acting.give(it.review, "Watch each load", part=it.part(it.here.gwen), **owed)
    sections.name(it.review, named=True, by=it.here.gwen, at=LATER)
    with viewing(it.here.hal):
        assert Fact.objects.get(pk=fact.pk).who == "Pennine Grid"
        assert Owner.objects.get(pk=action.pk).name == "Ruth"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("MPAN 1600000000016 was hit", "It holds the MPAN 1600000000016"),
        ("Harrier Energy rang us", "It names Harrier Energy"),
        ("Harrier  energy rang us", "It names Harrier Energy"),
    ],
)
def test_identifiers_and_names_of_others_do_not_get_in(it: Past, words: str, what: str) -> None:
    circulated(it)
    with pytest.raises(Invalid, match=what):
        facts.state(it.review, words, by=it.here.priya, at=LATER)
    sections.write(it.review, words, by=it.here.priya, at=LATER)
    with pytest.raises(Invalid, match=what):
        sections.sign(it.review, by=it.here.priya, at=LATER)


def test_a_refused_name_does_not_tell_who_was_on_the_incident(it: Past) -> None:
    """The same sentence for a party that was never on it."""
    from crossdesk.cases.tests.cast import data_service

    data_service()
    circulated(it)
    for name in ("Castell Data", "Harrier Energy"):
        with pytest.raises(Invalid, match=f"It names {name}; parties of a review are named only by themselves"):
            facts.state(it.review, f"{name} rang us.", by=it.here.priya, at=LATER)


def test_a_party_may_write_its_own_name(it: Past) -> None:
    circulated(it)
    assert facts.state(it.review, "Sycamore Energy noticed late.", by=it.here.priya, at=LATER).number == 1


def test_nobody_signs_for_another(it: Past) -> None:
    circulated(it)
    sections.write(it.review, "We noticed late.", by=it.here.priya, at=LATER)
    with pytest.raises(Invalid, match="Write the section of Elexon first"):
        sections.sign(it.review, by=it.ewan, at=LATER)


def test_signed_is_final_until_the_signature_is_taken_back_with_a_reason(it: Past) -> None:
    circulated(it)
    signed(it, it.here.priya, "We noticed late.")
    with pytest.raises(WrongStage, match="Priya Nair signed the section of Sycamore Energy at 14:00, so it is final"):
        sections.write(it.review, "We noticed at once.", by=it.here.priya, at=LATER)
    with pytest.raises(Invalid, match="Say why the signature is taken back"):
        sections.unsign(it.review, why=" ", by=it.here.priya, at=LATER)
    sections.unsign(it.review, why="The time was wrong.", by=it.here.priya, at=LATER)
    sections.write(it.review, "We noticed at 12:04.", by=it.here.priya, at=LATER)
    with verbs():
        assert not Section.objects.exists()


def test_a_fact_is_agreed_or_disputed_by_the_others(it: Past) -> None:
    circulated(it)
    fact = facts.state(it.review, "No alarm rang.", by=it.here.priya, at=LATER, happened_at=NOON)
    with pytest.raises(Invalid, match="Say what was so instead"):
        facts.answer(fact, agrees=False, by=it.here.gwen, at=LATER)
    facts.answer(fact, agrees=False, words="It rang at 12:02.", by=it.here.gwen, at=LATER)
    facts.answer(fact, agrees=True, by=it.here.gwen, at=LATER)
    with pytest.raises(Invalid, match="stated fact 1 itself"):
        facts.answer(fact, agrees=True, by=it.here.priya, at=LATER)
    with viewing(it.here.hal):
        assert [(each.agrees, each.who) for each in Answer.objects.all()] == [(True, str(it.part(it.here.gwen)))]


def test_a_withdrawn_fact_is_answered_no_more(it: Past) -> None:
    circulated(it)
    fact = facts.state(it.review, "No alarm rang.", by=it.here.priya, at=LATER)
    with pytest.raises(Invalid, match="Only the party that stated a fact withdraws it"):
        facts.withdraw(fact, why="Wrong.", by=it.here.gwen, at=LATER)
    facts.withdraw(fact, why="It rang.", by=it.here.priya, at=LATER)
    with pytest.raises(WrongStage, match="Fact 1 was withdrawn"):
        facts.answer(fact, agrees=True, by=it.here.gwen, at=LATER)
