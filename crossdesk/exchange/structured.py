"""Applying the message in a letter as what it is. Called only for a letter whose sender is genuine and registered for
the conversation it came to; whatever does not fit that conversation waits for a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossdesk.access import Refused
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.agreements import for_engagement
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import filing, hands
from crossdesk.exchange.letters.matching import their_reference
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.messages.applying import apply_to_case, apply_to_leg
from crossdesk.exchange.messages.mailed import Mailed, NotUnderstood, mailed
from crossdesk.exchange.messages.message import Kind, Message
from crossdesk.exchange.models import InboxItem, OutboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.outcome import Outcome
from crossdesk.exchange.places import Place, of_ticket
from crossdesk.kit import caseref

Fate = RawMail.Fate
NEWS = {Kind.UPDATE, Kind.RECEIPT, Kind.CHASE}


def apply_letter(mail: RawMail, letter: Letter, place: Place, *, at: datetime) -> Outcome | None:
    """None where a person wrote freely, and on a restricted case, whose letters wait for those who are named."""
    case = Case.objects.select_related("owner", "raiser").get(pk=place.case)
    legs = Leg.objects.select_related("to_desk__owner", "from_desk", "case")
    leg = legs.get(pk=place.leg) if place.leg else None
    if case.restricted:
        return None
    ways = _agreed(leg, at)
    try:
        said = mailed(letter, ways)
    except NotUnderstood as trouble:
        return Outcome(Fate.UNMATCHED, str(trouble), place)
    if said is None or _is_ours(said.message, case):
        return None
    if because := _does_not_fit(said, letter, place, case, ways):
        return Outcome(Fate.UNMATCHED, because, place)
    return _once(mail, said, place, case, leg, at)


def _agreed(leg: Leg | None, at: datetime) -> Ways:
    terms = for_engagement(leg.to_desk, leg.from_desk.owner_id, at) if leg else None
    return terms.exchange if terms and terms.exchange.channel == Channel.MAIL else Ways()


def _is_ours(message: Message, case: Case) -> bool:
    """What we wrote ourselves and their mail program sent along."""
    if message.our_number == case.reference:
        return True
    name = message.id.partition("@")[0]
    return OutboxItem.objects.filter(case=case, message_id=f"<{name}@{addresses().domain}>").exists()


def _does_not_fit(said: Mailed, letter: Letter, place: Place, case: Case, ways: Ways) -> str:
    """Why its word does not count here. Nothing a letter says about itself moves it to another conversation."""
    message = said.message
    if ways.may_send and letter.sender.email.lower() not in {each.lower() for each in ways.may_send}:
        return f"The agreement does not name {letter.sender.email} among those whose machine is heard."
    ticket = addresses().open_token(message.link)
    if ticket and of_ticket(ticket) != place:
        return "What it says for machines names another conversation than the one it came to."
    number = caseref.parse(message.your_number)
    if number and number != case.reference:
        return f"What it says for machines names {number}, and it came to {case}."
    return ""


def _once(mail: RawMail, said: Mailed, place: Place, case: Case, leg: Leg | None, at: datetime) -> Outcome:
    message = _in_order(said, mail, place)
    if said.whole:
        heard = RawMail.objects.filter(case=place.case, leg=place.leg, said_id=message.id).exclude(pk=mail.pk).first()
        if heard:
            return Outcome(Fate.IGNORED, f"What it says was applied already, with letter {heard.pk}.", place)
        if InboxItem.objects.filter(case=place.case, message_id=message.id, fate=InboxItem.Fate.APPLIED).exists():
            return Outcome(Fate.IGNORED, "What it says came by machine already and was applied then.", place)
    numbered = message.our_number or _number_in(said.letter)
    message = message.model_copy(
        update={"our_number": numbered, "sender": message.sender.model_copy(update={"author": _author(said)})}
    )
    try:
        with transaction.atomic():
            applied = apply_to_leg(leg, message, at=at) if leg else apply_to_case(case, message, at=at)
    except Refused as refused:
        return Outcome(Fate.UNMATCHED, refused.sentence, place)
    if said.whole:
        mail.said_id, mail.said_seq = message.id, said.message.seq
    by = hands.of_desk(leg.to_desk, _author(said)) if leg else hands.of_party(case.raiser, _author(said))
    left = filing.keep_files(said.letter, case, f"leg:{leg.pk}" if leg else "raiser", by, at)
    late = " A later one came first, so only its words were taken." if message.kind != said.message.kind else ""
    return Outcome(Fate.FILED, f"{applied.why}{left}{said.remark}{late}", place, applied.entry)


def _author(said: Mailed) -> str:
    return filing.written_by(said.letter)


def _number_in(letter: Letter) -> str:
    theirs = their_reference(letter)
    return theirs.number[:60] if theirs else ""


def _in_order(said: Mailed, mail: RawMail, place: Place) -> Message:
    """Mail overtakes mail. One that was said before another that is applied already moves nothing; its words stay."""
    if not said.whole:
        return said.message
    last = RawMail.objects.filter(case=place.case, leg=place.leg).exclude(pk=mail.pk).aggregate(last=Max("said_seq"))
    if said.message.seq >= (last["last"] or 0) or said.message.kind in NEWS:
        return said.message
    return said.message.model_copy(update={"kind": Kind.UPDATE, "state": None, "redirect": None})
