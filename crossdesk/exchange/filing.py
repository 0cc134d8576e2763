"""Applying a letter: the same verbs as the pages, in the hand of whoever wrote it."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, NotAllowed, Refused
from crossdesk.cases import evidence, leg_work, writing
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.exchange import asking, hands
from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.matching import their_reference
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.read import Attachment, Letter, read_letter
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.outcome import Outcome
from crossdesk.exchange.places import Place
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs

NEVER_PROOF = {"message/delivery-status", "text/calendar", "application/pgp-signature", "application/pkcs7-signature"}
NEVER_PROOF |= {"application/x-pkcs7-signature"}
SMALL_PICTURE = 12 * 1024
"""A picture inside the page is a signature's logo up to here, and beyond it somebody's screenshot."""


def file_letter(letter: Letter, place: Place, *, at: datetime) -> Outcome:
    """On an open conversation, in the hand of whoever writes from its other end."""
    if Case.objects.filter(pk=place.case).exclude(lists={}).exists():
        # A correspondent is a mailbox, and more people read one than are named; the letter waits for those who are.
        words = "The case is restricted to named people: write on it yourself what this says, then set it aside."
        return Outcome(RawMail.Fate.UNMATCHED, words, place)
    if place.leg is None:
        return _from_raiser(letter, place, at)
    leg = Leg.objects.select_related("to_desk", "from_desk", "case").get(pk=place.leg)
    by = hands.of_desk(leg.to_desk, written_by(letter))
    entry = _on_leg(letter, leg, by, at)
    why = f"Filed on {leg.case}, {leg.to_desk}."
    return Outcome(RawMail.Fate.FILED, why + keep_files(letter, leg.case, f"leg:{leg.pk}", by, at), place, entry)


def _on_leg(letter: Letter, leg: Leg, by: Viewer, at: datetime) -> Entry:
    theirs = their_reference(letter)
    number, words = theirs.number[:60] if theirs else "", new_words(letter)
    if leg.stage in {LegStage.SENDING, LegStage.DELIVERED, LegStage.DISPUTED}:
        return leg_work.acknowledge(leg, by=by, at=at, their_reference=number, words=words)
    entry = leg_work.answer(leg, by=by, at=at, words=words)
    if number and not leg.their_reference:
        Leg.objects.filter(pk=leg.pk).update(their_reference=number)
    return entry


def _from_raiser(letter: Letter, place: Place, at: datetime) -> Outcome:
    case = Case.objects.select_related("raiser", "owner").get(pk=place.case)
    by, words = hands.of_party(case.raiser, written_by(letter)), new_words(letter)
    given = asking.brings(case, letter, words)
    entry = writing.answer(case, question=None, words=words, by=by, at=at, given=given)
    why = f"Filed on {case}, from {case.raiser}."
    return Outcome(RawMail.Fate.FILED, why + keep_files(letter, case, "raiser", by, at), place, entry)


def written_by(letter: Letter) -> str:
    return letter.sender.name or letter.sender.email or "Unnamed sender"


def new_words(letter: Letter) -> str:
    """What was written this time; the letter itself keeps all of it."""
    words = words_of(letter)
    new = split_quoted(words).new.strip() or words.strip()
    if not new:
        new = "The letter brings files and no words." if letter.attachments else "The letter has no words."
    return new[: writing.LONGEST]


def keep_files(letter: Letter, case: Case, audience: str, by: Viewer, at: datetime) -> str:
    """A file that is not taken stays in the letter and is named in its fate."""
    left = []
    for each in letter.attachments:
        logo = each.shown_inside and len(each.content) < SMALL_PICTURE
        if each.content_type in NEVER_PROOF or not each.content or logo or _given_before(case, each, audience):
            continue
        try:
            with verbs():
                evidence.add(case, each.name, [each.content], by=by, at=at, audience=audience)
        except Refused as refused:
            left.append(refused.sentence)
    return f" Not taken as evidence: {' '.join(left)}" if left else ""


def _given_before(case: Case, file: Attachment, audience: str) -> bool:
    """Answers quote each other's files; the same bytes are evidence once for the same readers."""
    kind, _, leg = audience.partition(":")
    same = Evidence.objects.filter(case=case, sha256=bytes.fromhex(file.digest), entry__audience=kind)
    return same.filter(entry__of=int(leg or 0)).exists()


# What a person decides about a letter that nothing matched


def file_by_hand(mail: RawMail, place: Place, *, by: Viewer, at: datetime) -> Outcome:
    """A person answers for it that the letter belongs here; it speaks for the other end of that conversation."""
    with verbs():
        mail = claimed(mail, by)
        desk = _our_end(place)
        if not by.works_at(desk.pk):
            raise NotAllowed(f"Only {desk} files letters there.")
        outcome = file_letter(read_letter(mail.readable), place, at=at)
        if outcome.fate != RawMail.Fate.FILED:
            raise Invalid(outcome.why)
        decided(mail, outcome, by, at)
        return outcome


def _our_end(place: Place) -> Desk:
    if place.leg is not None:
        return Leg.objects.select_related("from_desk").get(pk=place.leg, case=place.case).from_desk
    return Case.objects.select_related("owner").get(pk=place.case).owner


def set_aside(mail: RawMail, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why the letter is set aside; whoever asks for it later reads that.")
    with verbs():
        decided(claimed(mail, by), Outcome(RawMail.Fate.IGNORED, why.strip()), by, at)


def claimed(mail: RawMail, by: Viewer) -> RawMail:
    found = RawMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if not set(found.seats) & set(by.seats):
        raise NotAllowed("This letter was not written to your desk.")
    if found.fate not in RawMail.FOR_PEOPLE:
        raise Invalid(f"Somebody has dealt with this letter already: {found.why}")
    return found


def decided(mail: RawMail, outcome: Outcome, by: Viewer, at: datetime) -> None:
    mail.handled_by, mail.handled_at = by.name[:120], at
    outcome.write(mail)
