"""Letters that begin something: a nominated contact's letter raises a case and is answered once, with its reference."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.models import Case
from crossdesk.cases.raising import UNSORTED, Report, raise_case
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Ways
from crossdesk.exchange import filing, hands, outbox
from crossdesk.exchange.asking import missing
from crossdesk.exchange.letters.address import Addresses
from crossdesk.exchange.letters.matching import their_reference
from crossdesk.exchange.letters.read import Letter, read_letter
from crossdesk.exchange.letters.subjects import bare, without_tag
from crossdesk.exchange.letters.words import one_line
from crossdesk.exchange.messages.applying import raise_from
from crossdesk.exchange.messages.mailed import Mailed, NotUnderstood, mailed
from crossdesk.exchange.messages.message import Kind
from crossdesk.exchange.models import InboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.outcome import Outcome
from crossdesk.exchange.places import Place
from crossdesk.exchange.speaking import MOST_HOPS
from crossdesk.parties.models import Contact, Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer, verbs

MOST_ALIKE, LOOKED_THROUGH = 2, 20


def welcome(mail: RawMail, letter: Letter, *, at: datetime) -> Outcome:
    nominated = Contact.objects.filter(address__iexact=letter.sender.email, may_raise=True, ended_at=None)
    contacts = list(nominated.select_related("party")[:2]) if letter.sender.email else []
    if not contacts:
        return Outcome(RawMail.Fate.UNMATCHED, "Nothing in it points to a case, and nobody nominated its sender.")
    if len(contacts) > 1:
        return Outcome(RawMail.Fate.UNMATCHED, "Several organisations nominated its sender; choose for whom it is.")
    desk = written_to(mail)
    if desk is None:
        return Outcome(RawMail.Fate.UNMATCHED, "No desk here takes cases by mail.")
    if goes_round(mail, letter):
        return Outcome(RawMail.Fate.UNMATCHED, "Its sender wrote the same again, and a case was raised each time.")
    said = said_in(letter)
    if said and (before := by_machine_before(said, contacts[0].party)):
        return Outcome(RawMail.Fate.IGNORED, "What it says came by machine already.", Place(before), None)
    outcome = _raise(letter, contacts[0].party, desk, at)[1]
    mail.said_id = said.message.id if said else ""
    return outcome


def by_machine_before(said: Mailed, party: Party) -> UUID | None:
    """The case of the same message, when it went as a letter because its first way seemed to have failed."""
    same = InboxItem.objects.filter(message_id=said.message.id, line__agreement__promiser=party, case__isnull=False)
    return same.values_list("case", flat=True).first()


def goes_round(mail: RawMail, letter: Letter) -> bool:
    """A machine that answers our receipts as if a person wrote raises a case each time. What it says differs only in
    its numbers; after two of a day a person looks."""
    day = mail.arrived_at - timedelta(days=1)
    raised = RawMail.objects.filter(sender=mail.sender, entry__kind="case.raised", arrived_at__gte=day)
    newest = raised.order_by("-pk").values_list("pk", "subject")[:LOOKED_THROUGH]
    titled = [pk for pk, subject in newest if shape(bare(subject)) == shape(bare(letter.subject))]
    if len(titled) < MOST_ALIKE:
        return False  # nearly always, and words are costly to tell from quotes
    contents = RawMail.objects.filter(pk__in=titled).only("content", "opened")
    words = shape(filing.new_words(letter))
    alike = [each for each in contents if shape(filing.new_words(read_letter(each.readable))) == words]
    return len(alike) >= MOST_ALIKE


def shape(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _raise(letter: Letter, party: Party, desk: Desk, at: datetime) -> tuple[Case, Outcome]:
    if said := said_in(letter):
        return _raise_as_said(letter, said, party, desk, at)
    by = hands.of_party(party, filing.written_by(letter))
    words = filing.new_words(letter)
    asks = missing(letter, words)
    theirs = their_reference(letter)
    number = theirs.number if theirs else ""
    title = without_tag(bare(letter.subject), number) if number else bare(letter.subject)
    report = Report(
        summary=one_line(title, 200) or one_line(words, 120),
        own_reference=number,
        query_type=UNSORTED,
        impact=words,
        missing_evidence=tuple(asks),
        by_mail=True,
    )
    case = raise_case(report, raiser=party, to=desk, by=by, at=at)
    left = filing.keep_files(letter, case, "raiser", by, at)
    entry = Entry.objects.get(thread=case.pk, kind="case.raised")
    if may_be_answered(letter.sender.email, addresses()):
        outbox.put(entry, "received", case, letter.sender.email, party.seat_id, asks=list(asks.values()))
    return case, Outcome(RawMail.Fate.FILED, f"Raised as {case} for {party}.{left}", Place(case.pk), entry)


def said_in(letter: Letter) -> Mailed | None:
    """The case a desk's own tool raises in its letter. One that is not understood is read as words."""
    try:
        said = mailed(letter, Ways())
    except NotUnderstood:
        return None
    return said if said and said.whole and said.message.kind is Kind.RAISE else None


def _raise_as_said(letter: Letter, said: Mailed, party: Party, desk: Desk, at: datetime) -> tuple[Case, Outcome]:
    """For the party that nominated its sender, whoever it says it is from; told once that it is here."""
    if said.message.hops > MOST_HOPS:
        raise Invalid("The case has been passed between too many installations; look for the circle.")
    case, _ = raise_from(said.message, raiser=party, to=desk, at=at)
    left = filing.keep_files(said.letter, case, "raiser", hands.of_party(party, filing.written_by(letter)), at)
    entry = Entry.objects.get(thread=case.pk, kind="case.raised")
    if may_be_answered(letter.sender.email, addresses()):
        outbox.put(entry, "received", case, letter.sender.email, party.seat_id)
    return case, Outcome(RawMail.Fate.FILED, f"Raised as {case} for {party}.{left}", Place(case.pk), entry)


def may_be_answered(sender: str, ours: Addresses) -> bool:
    return bool(sender) and sender.isascii() and not ours.is_ours(sender)


def written_to(mail: RawMail) -> Desk | None:
    return Desk.objects.filter(home=Desk.Home.HOSTED, seat__in=mail.seats).select_related("owner").first()


def raise_by_hand(mail: RawMail, party: Party, *, by: Viewer, at: datetime) -> Case:
    """A person at the desk answers for it that the letter speaks for this party."""
    with verbs():
        mail = filing.claimed(mail, by)
        desk = Desk.objects.filter(pk__in=by.desks, seat__in=mail.seats).first()
        if desk is None:
            raise NotAllowed("Only the desk a letter was written to raises it as a case.")
        if party.closed_at:
            raise Invalid(f"{party} has left the market; choose who the letter is for.")
        letter = read_letter(mail.readable)
        case, outcome = _raise(letter, party, desk, at)
        filing.decided(mail, outcome, by, at)
        return case
