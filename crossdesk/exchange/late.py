"""Letters that come after the end: to a closed case, or on a leg that is settled. None is lost, none is filed unseen,
and whoever wrote hears what becomes of it, once."""

from __future__ import annotations

import re
from datetime import datetime

from crossdesk.access import Invalid, NotAllowed, WrongStage
from crossdesk.cases import closing, writing
from crossdesk.cases.closing import REOPEN_WITHIN
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage, Stage
from crossdesk.cases.models import Case
from crossdesk.exchange import filing, hands, outbox
from crossdesk.exchange.letters.read import Letter, read_letter
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.newcomers import may_be_answered
from crossdesk.exchange.office import addresses
from crossdesk.exchange.outcome import Outcome
from crossdesk.exchange.places import Place
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import Viewer, verbs

REOPEN = re.compile(r"(?i)\W*(please\s+)?re-?open\b")
"""The first word of a reply, as the closing letter asks for it; anywhere else it may mean anything."""


def after_the_end(letter: Letter, place: Place, *, by_a_person: bool, at: datetime) -> Outcome | None:
    """None while the conversation is open. `by_a_person`: a machine is never answered and reopens nothing."""
    Thread.objects.select_for_update().get(pk=place.case)  # two letters at once are answered once
    case = Case.objects.select_related("owner", "raiser").get(pk=place.case)
    leg = Leg.objects.select_related("to_desk", "from_desk").get(pk=place.leg) if place.leg else None
    if case.restricted or (case.stage != Stage.CLOSED and not (leg and leg.settled)):
        return None
    if by_a_person and leg is None and REOPEN.match(filing.new_words(letter)) and _within_window(case, at):
        return _reopened_by_their_word(letter, case, place, at)
    if by_a_person:
        _answer_once(letter, case, leg, at)
    return Outcome(RawMail.Fate.UNMATCHED, _why(case, leg), place)


def _why(case: Case, leg: Leg | None) -> str:
    if case.stage == Stage.CLOSED:
        return f"{case} is closed. Reopen it with this letter, file the letter as a note, or set it aside."
    assert leg is not None
    label = LegStage(leg.stage).label.lower()
    return f"The engagement of {leg.to_desk} on {case} is {label} already. File the letter as a note or set it aside."


def _within_window(case: Case, at: datetime) -> bool:
    return case.closed_at is not None and at - case.closed_at <= REOPEN_WITHIN


def _reopened_by_their_word(letter: Letter, case: Case, place: Place, at: datetime) -> Outcome:
    by = hands.of_party(case.raiser, filing.written_by(letter))
    closing.reopen(case, by=by, at=at, why=filing.new_words(letter))
    entry = Entry.objects.filter(thread=case.pk, kind="case.reopen").latest("seq")
    left = filing.keep_files(letter, case, "raiser", by, at)
    _put(entry, "reopened", letter, case, None, at)
    return Outcome(RawMail.Fate.FILED, f"It reopened {case}, by the word of {case.raiser}.{left}", place, entry)


def _answer_once(letter: Letter, case: Case, leg: Leg | None, at: datetime) -> None:
    """Once per address for each time it ended: two desks' mailboxes must not talk to each other for ever."""
    ended = case.closed_at or (leg.settled_at if leg else None)
    told = OutboxItem.objects.filter(case=case, leg=leg, kind="late", to_address=letter.sender.email)
    seat = leg.to_desk.seat_id if leg else case.raiser.seat_id
    entry = Entry.objects.filter(thread=case.pk, seats__contains=[seat]).order_by("-seq").first()
    if entry and not told.filter(created_at__gte=ended).exists():
        _put(entry, "late", letter, case, leg, at)


def _put(entry: Entry, kind: str, letter: Letter, case: Case, leg: Leg | None, at: datetime) -> None:
    if may_be_answered(letter.sender.email, addresses()):
        seat = leg.to_desk.seat_id if leg else case.raiser.seat_id
        outbox.put(entry, kind, case, letter.sender.email, seat, leg=leg, at=at)


# What a person at the desk decides about one


def reopen_with(mail: RawMail, *, by: Viewer, at: datetime) -> Outcome:
    """Reopened by the desk, which says so itself; then the letter stands on the case as its writer's words."""
    with verbs():
        mail = filing.claimed(mail, by)
        case, _ = _its_end(mail, by)
        if case.stage != Stage.CLOSED:
            raise WrongStage(f"{case} is open again already; file the letter on it.")
        writer = filing.written_by(read_letter(mail.readable))
        closing.reopen(case, by=by, at=at, why=f"Reopened because of a letter of {writer}.")
        outcome = _noted(mail, at)
        filing.decided(mail, outcome, by, at)
        return outcome


def file_as_note(mail: RawMail, *, by: Viewer, at: datetime) -> Outcome:
    with verbs():
        mail = filing.claimed(mail, by)
        _its_end(mail, by)
        outcome = _noted(mail, at)
        filing.decided(mail, outcome, by, at)
        return outcome


def _its_end(mail: RawMail, by: Viewer) -> tuple[Case, Leg | None]:
    if mail.case_id is None:
        raise Invalid("This letter points to no case yet; find the case it belongs to first.")
    case = Case.objects.select_related("owner", "raiser").get(pk=mail.case_id)
    if case.restricted:
        raise NotAllowed(f"{case} is restricted to named people: write on it yourself what this says.")
    leg = Leg.objects.select_related("from_desk", "to_desk").get(pk=mail.leg_id) if mail.leg_id else None
    desk = leg.from_desk if leg else case.owner
    if not by.works_at(desk.pk):
        raise NotAllowed(f"Only {desk} files letters there.")
    return case, leg


def _noted(mail: RawMail, at: datetime) -> Outcome:
    """Words for the same readers as the conversation it belongs to; nothing else of the case moves."""
    letter = read_letter(mail.readable)
    case = Case.objects.select_related("owner", "raiser").get(pk=mail.case_id)
    leg = Leg.objects.select_related("to_desk").get(pk=mail.leg_id) if mail.leg_id else None
    name = filing.written_by(letter)
    by = hands.of_desk(leg.to_desk, name) if leg else hands.of_party(case.raiser, name)
    to = f"leg:{leg.pk}" if leg else "raiser"
    entry = writing.write(case, to=to, words=filing.new_words(letter), by=by, at=at)
    left = "" if case.stage == Stage.CLOSED else filing.keep_files(letter, case, to, by, at)
    kept = " Its files stay in the letter." if case.stage == Stage.CLOSED and letter.attachments else ""
    where = f"{case}, {leg.to_desk}" if leg else f"{case}, from {case.raiser}"
    return Outcome(RawMail.Fate.FILED, f"Noted on {where}.{left}{kept}", Place(case.pk, mail.leg_id), entry)
