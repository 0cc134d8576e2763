"""What comes in: kept raw first, then read exactly once. Every letter ends with one fate and the reason for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction

from crossdesk.access import Refused
from crossdesk.desks.models import Desk
from crossdesk.exchange import bounced, certificates, filing, late, newcomers, senders, structured
from crossdesk.exchange.authentic import Doubt, doubt_of
from crossdesk.exchange.conformance import trials
from crossdesk.exchange.letters.classify import Hand, Reading, classify
from crossdesk.exchange.letters.matching import Confidence, Unmatched, match, recipients
from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.letters.read import Letter, read_letter
from crossdesk.exchange.letters.words import one_line
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.outcome import Outcome
from crossdesk.exchange.places import Place, lookups
from crossdesk.exchange.updates import news_answered
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs

MOST_ATTEMPTS = 5

log = logging.getLogger(__name__)
Fate = RawMail.Fate


def store(letter: RawLetter) -> str:
    """Keeps it for good and answers with its number; offered twice, it gets the same answer."""
    with verbs():
        kept, _ = RawMail.objects.get_or_create(
            sha256=letter.digest,
            defaults={
                "content": letter.content,
                "envelope_from": None if letter.envelope_from is None else one_line(letter.envelope_from, 320),
                "envelope_to": [one_line(each, 320) for each in letter.envelope_to],
                "transport": letter.transport.value,
                "arrived_at": letter.arrived_at,
                "seats": receiving_seats(letter.envelope_to),
            },
        )
    return f"letter {kept.pk}"


def receiving_seats(envelope_to: tuple[str, ...]) -> list[int]:
    """The desk it was written to; where that is not plain, the central desk, which answers for the mailbox."""
    hosted = Desk.objects.filter(home=Desk.Home.HOSTED)
    written_to = hosted.filter(address__in=[each.lower() for each in envelope_to]).first()
    central = hosted.filter(owner__central=True).order_by("pk").first()
    desk = written_to or central or hosted.order_by("pk").first()
    return [desk.seat_id] if desk else []


def process_waiting(clock: Callable[[], datetime] = now, most: int = 500) -> int:
    with verbs():
        waiting = list(RawMail.objects.filter(fate=Fate.WAITING).order_by("arrived_at", "pk").values_list("pk")[:most])
    for (pk,) in waiting:
        process(pk, clock())
    return len(waiting)


def process(pk: int, at: datetime) -> None:
    """Once: the row is locked, and only a letter that still waits is read. Stopped half-way, it waits again."""
    try:
        doubt, signature, opened = _checked(pk, at)  # may ask the name service, so before anything is locked
        with verbs():
            mail = RawMail.objects.select_for_update(skip_locked=True).filter(pk=pk, fate=Fate.WAITING).first()
            if mail is None:
                return
            mail.opened = opened
            letter = read_letter(mail.readable)
            _describe(mail, letter)
            mail.signature = signature[:300]
            outcome = _first_of_its_kind(mail) or _understood(mail, letter, doubt, at)
            outcome.write(mail)
    except TryLater as trouble:
        _tried(pk, str(trouble))
    except Exception as trouble:
        # Only the kind of trouble: its text can hold the letter's words.
        log.error("Letter %s could not be read: %s", pk, type(trouble).__name__)
        _tried(pk, "Reading it failed several times; a person has to look at it.")


class TryLater(Exception):
    """Something outside could not be asked just now; its text is what a person reads when it stays so."""


def _checked(pk: int, at: datetime) -> tuple[Doubt | None, str, bytes | None]:
    """Whether its sender is doubted, what its S/MIME seal and signature say, and what the seal held."""
    with verbs():
        content = RawMail.objects.filter(pk=pk, fate=Fate.WAITING).values_list("content", flat=True).first()
    if not content:
        return None, "", None
    letter = read_letter(bytes(content))
    inside, seal = certificates.opened(letter, bytes(content))
    inner = letter if inside is None else read_letter(inside)
    signature = certificates.signature_of(inner, bytes(content) if inside is None else inside, at)
    wrong = Doubt(signature.sentence) if signature.wrong else None
    return doubt_of(letter, bytes(content)) or wrong, f"{seal} {signature.sentence}".strip(), inside


def _tried(pk: int, because: str) -> None:
    with verbs():
        mail = RawMail.objects.select_for_update().get(pk=pk)
        mail.attempts += 1
        if mail.attempts >= MOST_ATTEMPTS:
            mail.fate, mail.why = Fate.QUARANTINED, because
            _describe(mail, read_letter(mail.readable))
        mail.save()


def _describe(mail: RawMail, letter: Letter) -> None:
    mail.sender, mail.subject = letter.sender.email[:320], letter.subject
    mail.message_id = letter.message_id[:998]
    said = [letter.message_id, letter.sender.email, letter.subject, letter.text, letter.html]
    said += [attachment.digest for attachment in letter.attachments]
    mail.essence = sha256("\0".join(said).encode()).hexdigest() if letter.message_id else ""


def _first_of_its_kind(mail: RawMail) -> Outcome | None:
    """A copy that came another way differs in its journey only. Words are compared too, so that nobody can keep a
    letter out by using its Message-ID first."""
    if not mail.essence:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [mail.essence])
    copy = RawMail.objects.filter(essence=mail.essence).exclude(pk=mail.pk).exclude(fate=Fate.WAITING).first()
    return Outcome(Fate.IGNORED, f"It is a copy of letter {copy.pk}, which came before.") if copy else None


def _understood(mail: RawMail, letter: Letter, doubt: Doubt | None, at: datetime) -> Outcome:
    reading = classify(letter, instance=settings.MAIL_DOMAIN, envelope_from=mail.envelope_from)
    if reading.hand is Hand.OUR_ECHO:
        return Outcome(Fate.IGNORED, reading.because)
    if trial := trials.trial_of(letter, tuple(mail.envelope_to)):
        mail.said_id = trial
        return Outcome(Fate.IGNORED, trials.WHY)
    if reading.hand is Hand.DELIVERY_REPORT:
        return bounced.report(letter, tuple(mail.envelope_to), at)
    if doubt and doubt.passing:
        raise TryLater(doubt.sentence)
    if doubt:
        return Outcome(Fate.QUARANTINED, doubt.sentence)
    try:
        with transaction.atomic():
            outcome = _filed(mail, letter, reading, at)
    except Refused as refused:
        outcome = Outcome(Fate.UNMATCHED, refused.sentence)
    # Only what found no conversation: a registered sender is heard, whatever a desk once noted.
    note = senders.noted(mail) if outcome.fate == Fate.UNMATCHED and not outcome.place else None
    if note and note.turned_away:
        return Outcome(Fate.IGNORED, f"{note.noted_by} turns this sender away: {note.words}")
    return outcome


def _filed(mail: RawMail, letter: Letter, reading: Reading, at: datetime) -> Outcome:
    envelope_to = tuple(mail.envelope_to)
    found = match(letter, envelope_to, lookups(letter.sender.email))
    if not reading.moves_the_case:
        place = None if isinstance(found, Unmatched) or found.confidence is not Confidence.CERTAIN else found.key
        return Outcome(Fate.IGNORED, f"{reading.because} It changes nothing and is not answered.", place)
    if not isinstance(found, Unmatched):
        if found.confidence is Confidence.CERTAIN:
            return _joined(mail, letter, found.key, reading, at)
        because = f"It came to the {found.kind.value} of a case, but its sender is not registered there."
        return Outcome(Fate.UNMATCHED, because, found.key)
    if _has_made_up_address(letter, envelope_to):
        return Outcome(Fate.UNMATCHED, "Its reply address was not made by us; somebody made it up or broke it.")
    if news := news_answered(letter, envelope_to):
        mail.seats = [news.lead.seat_id] if news.lead else news.seats
        return Outcome(Fate.UNMATCHED, _answers(news))
    if found.reason == NOTHING_POINTS and (reading.hand is Hand.PERSON or newcomers.said_in(letter)):
        return newcomers.welcome(mail, letter, at=at)
    return Outcome(Fate.UNMATCHED, found.reason)


def _joined(mail: RawMail, letter: Letter, place: Place, reading: Reading, at: datetime) -> Outcome:
    """What a machine says stands before what a person says in the same letter: it may reopen what has ended."""
    said = structured.apply_letter(mail, letter, place, at=at)
    ended = None if said else late.after_the_end(letter, place, by_a_person=reading.may_be_answered, at=at)
    return said or ended or filing.file_letter(letter, place, at=at)


def _answers(news: OutboxItem) -> str:
    if news.recipient:
        return f"It answers {news.recipient.briefing}; file it on a case under it, or set it aside."
    if news.incident:
        return f"It answers a reminder about {news.incident}; file it on a case under it, or set it aside."
    return f"It answers what was said about maintenance {news.maintenance}; file it on a case, or set it aside."


NOTHING_POINTS = "Nothing in it points to a case known here."


def _has_made_up_address(letter: Letter, envelope_to: tuple[str, ...]) -> bool:
    ours = [each for each in recipients(letter, envelope_to) if addresses().is_ours(each) and "+" in each]
    return any(addresses().open_reply(each) is None and addresses().open_bounce(each) is None for each in ours)
