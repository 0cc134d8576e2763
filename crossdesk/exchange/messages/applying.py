"""Applies a message: the same verbs as the pages, in the hand of whoever speaks from the link's other end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from crossdesk.access import Invalid, Refused
from crossdesk.cases import closing, evidence, leg_work, references, writing
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LEG_MOVES, LegStage, Outcome, Stage
from crossdesk.cases.models import Case
from crossdesk.cases.moving import LEG_TRUTH
from crossdesk.cases.raising import UNSORTED, Report, raise_case
from crossdesk.cases.triage import Judged
from crossdesk.desks.models import Desk
from crossdesk.desks.ways import Meaning
from crossdesk.exchange import hands
from crossdesk.exchange.messages.message import File, Kind, Message
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import Viewer

ANSWER_WITHIN = timedelta(days=1)
"""Where a question names no time: ours, so that it does not wait for ever. Nobody has published one."""
NEEDS_RECEIPT = (LegStage.SENDING, LegStage.DELIVERED, LegStage.DISPUTED)


Contents = Callable[[File], Iterable[bytes]]
"""What came of a file. Refuses with why it did not."""


@dataclass(frozen=True)
class Applied:
    why: str
    entry: Entry | None = None


def inside(file: File) -> Iterable[bytes]:
    """Of a message that nothing comes beside."""
    if file.content is None:
        raise Invalid(file.why or f"“{file.name}” was too large to come along; ask for it.")
    return [file.content]


# From the desk at the far end of a leg


def apply_to_leg(leg: Leg, message: Message, *, at: datetime, files: Contents = inside) -> Applied:
    """Raises `Refused` where the leg cannot go that way; then a person decides."""
    Thread.objects.select_for_update().get(pk=leg.case_id)
    leg.refresh_from_db(from_queryset=LEG_TRUTH)
    if leg.settled:
        return _after_the_end(leg, message)
    by = hands.of_desk(leg.to_desk, message.sender.author or message.sender.desk or str(leg.to_desk))
    number = message.our_number
    if leg.stage in NEEDS_RECEIPT and message.kind is not Kind.REJECT_REDIRECT:
        leg_work.acknowledge(leg, by=by, at=at, their_reference=number)
    elif number and not leg.their_reference:
        Leg.objects.filter(pk=leg.pk).update(their_reference=number)
        leg.their_reference = number
    _move_leg(leg, message, by, at)
    _judge(leg, message, by, at)
    entry = Entry.objects.filter(thread=leg.case_id, audience="leg", of=leg.pk).latest("seq")
    left = _keep_given(message, leg.case, f"leg:{leg.pk}", by, at, entry, files)
    return Applied(f"{SAID[message.kind]}: {leg.case}, {leg.to_desk}.{left}", entry)


def _move_leg(leg: Leg, message: Message, by: Viewer, at: datetime) -> None:
    words = message.words.strip()
    match message.kind:
        case Kind.REJECT_REDIRECT:
            to = _desk_named(message.redirect.to) if message.redirect else None
            where = message.redirect.to if message.redirect else ""
            leg_work.decline(leg, by=by, at=at, why=words or "They gave no reason.", to=to, to_words=where)
        case Kind.REQUEST_INFO:
            due = message.due if message.due and message.due > at else at + ANSWER_WITHIN
            leg_work.ask(leg, by=by, at=at, words=words or "They ask for more and did not say what.", due_at=due)
        case Kind.PROPOSE_RESOLUTION:
            leg_work.resolve(leg, by=by, at=at, words=words or "They marked it as resolved without a word.")
        case Kind.CLOSE if leg.stage != LegStage.RESOLVED:
            leg_work.resolve(leg, by=by, at=at, words=words or "They closed their ticket without a word.")
        case Kind.SUPPLY_INFO:
            leg_work.answer(leg, by=by, at=at, words=words or "They answered without words.")
        case _:
            _start(leg, message, by, at)
            if words:
                leg_work.update(leg, by=by, at=at, words=words, happened_at=_earlier(message, at))


def _judge(leg: Leg, message: Message, by: Viewer, at: datetime) -> None:
    same = message.judged in (None, leg.priority or leg.case.priority)
    if not same and LegStage(leg.stage) in LEG_MOVES["prioritise"].origin:
        judged = Judged(message.judged or 0, "As their own tool has it.", "", "")
        leg_work.prioritise(leg, judged, by=by, at=at)


def _start(leg: Leg, message: Message, by: Viewer, at: datetime) -> None:
    begun = message.state is not None and message.state.mapped is Meaning.IN_PROGRESS
    if begun and LegStage(leg.stage) in LEG_MOVES["start"].origin:
        leg_work.start(leg, by=by, at=at)


def _after_the_end(leg: Leg, message: Message) -> Applied:
    label = LegStage(leg.stage).label.lower()
    if message.kind in {Kind.WITHDRAW_ACK, Kind.CLOSE, Kind.RECEIPT} or not message.words.strip():
        return Applied(f"{SAID[message.kind]}: the engagement was {label} already.")
    raise Refused(
        f"The engagement of {leg.to_desk} on {leg.case} is {label} already; a person decides what becomes of it."
    )


def _earlier(message: Message, at: datetime) -> datetime | None:
    """When it was said there; nothing happens in the future because a clock elsewhere goes ahead."""
    return min(message.occurred_at, at)


# From the party that raised the case


def apply_to_case(case: Case, message: Message, *, at: datetime, files: Contents = inside) -> Applied:
    Thread.objects.select_for_update().get(pk=case.pk)
    case.refresh_from_db()
    by = hands.of_party(case.raiser, message.sender.author or message.sender.desk or str(case.raiser))
    _move_case(case, message, by, at)
    entry = Entry.objects.filter(thread=case.pk, audience__in=("raiser", "everyone")).latest("seq")
    left = "" if case.stage == Stage.CLOSED else _keep_given(message, case, "raiser", by, at, entry, files)
    return Applied(f"{SAID[message.kind]}: {case}, {case.raiser}.{left}", entry)


def _move_case(case: Case, message: Message, by: Viewer, at: datetime) -> None:
    words = message.words.strip()
    match message.kind:
        case Kind.CONFIRM:
            if case.stage != Stage.CLOSED or case.outcome != Outcome.FIXED:
                closing.confirm(case, by=by, at=at, words=words)
        case Kind.DISPUTE if case.stage == Stage.CLOSED:
            closing.reopen(case, by=by, at=at, why=words or "They reopened it without a word.")
        case Kind.DISPUTE:
            closing.dispute(case, by=by, at=at, why=words or "They disputed it without a word.")
        case Kind.REOPEN:
            closing.reopen(case, by=by, at=at, why=words or "They reopened it without a word.")
        case Kind.WITHDRAW if case.stage != Stage.CLOSED:
            closing.withdraw(case, by=by, at=at, why=words or "They withdrew it without a word.")
        case Kind.CLOSE if case.stage == Stage.RESOLVED:
            closing.confirm(case, by=by, at=at, words=words)
        case Kind.RECEIPT | Kind.WITHDRAW_ACK | Kind.ACCEPT | Kind.CLOSE | Kind.WITHDRAW if not words:
            pass
        case _ if case.stage == Stage.CLOSED:
            writing.write(case, to="raiser", words=words or "They wrote without words.", by=by, at=at)
        case _:
            writing.answer(case, question=None, words=words or "They sent files and no words.", by=by, at=at)


def raise_from(
    message: Message, *, raiser: Party, to: Desk, at: datetime, files: Contents = inside
) -> tuple[Case, str]:
    """Their case as a case here, and what of it was not taken. Its reference is theirs to close by, and ours to find
    it by."""
    about = message.about
    by = hands.of_party(raiser, message.sender.author or message.sender.desk or str(raiser))
    title = (about.title if about else "") or message.words
    report = Report(
        summary=title,
        query_type=about.query_type if about and about.query_type else UNSORTED,
        impact=(about.impact or about.description or message.words) if about else message.words,
        suspected_cause=about.suspected_cause if about else "",
        investigated=about.investigated if about else "",
        own_reference=message.our_number,
        system=about.system if about else "",
        started_at=about.started_at if about else None,
    )
    case = raise_case(report, raiser=raiser, to=to, by=by, at=at)
    said = [about.description if about and about.impact else "", about.outside_because if about else ""]
    if more := "\n\n".join(each for each in said if each):
        writing.answer(case, question=None, words=more, by=by, at=at)
    return case, _keep_given(message, case, "raiser", by, at, None, files)


def _desk_named(name: str) -> Desk | None:
    return Desk.objects.filter(name__iexact=name.strip(), owner__closed_at=None).first() if name.strip() else None


# What came with it


def _keep_given(
    message: Message, case: Case, audience: str, by: Viewer, at: datetime, entry: Entry | None, files: Contents
) -> str:
    """A file or a list that is not taken stays in the message and is named in its fate."""
    left = _keep_files(message, case, audience, by, at, entry, files) + _keep_lists(message, case, audience, by, at)
    return f" Not taken: {' '.join(left)}" if left else ""


def _keep_files(
    message: Message, case: Case, audience: str, by: Viewer, at: datetime, entry: Entry | None, files: Contents
) -> list[str]:
    left = []
    goes_with = entry.seq if entry else None
    for each in message.files:
        try:
            with transaction.atomic():
                pieces = _whole(each, files(each))
                evidence.add(case, each.name, pieces, by=by, at=at, audience=audience, goes_with=goes_with)
        except Refused as refused:
            left.append(refused.sentence)
    return left


def _whole(file: File, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Whatever way it came, it is what its sender says it is."""
    found = sha256()
    for each in pieces:
        found.update(each)
        yield each
    if found.hexdigest() != file.sha256:
        raise Invalid(f"“{file.name}” arrived damaged; ask for it again.")


def _keep_lists(message: Message, case: Case, audience: str, by: Viewer, at: datetime) -> list[str]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for each in message.references:
        by_kind[each.type].append(each.value)
    left = []
    for kind, values in by_kind.items():
        if kind not in KINDS:
            left.append(f"{len(values)} references of a kind that is not known here, “{kind}”.")
            continue
        try:
            with transaction.atomic():
                lines = ("\n".join(values) + "\n").encode()
                references.add_list(case, [lines], kind, by=by, at=at, source="with their message", to=audience)
        except Refused as refused:
            left.append(refused.sentence)
    return left


SAID = {
    Kind.RAISE: "Raised",
    Kind.ACCEPT: "Accepted",
    Kind.REJECT_REDIRECT: "Declined",
    Kind.UPDATE: "News",
    Kind.REQUEST_INFO: "A question",
    Kind.SUPPLY_INFO: "An answer",
    Kind.PROPOSE_RESOLUTION: "A proposed resolution",
    Kind.CONFIRM: "Confirmed",
    Kind.DISPUTE: "Disputed",
    Kind.REOPEN: "Reopened",
    Kind.WITHDRAW: "Withdrawn",
    Kind.WITHDRAW_ACK: "The withdrawal is known",
    Kind.CLOSE: "Closed there",
    Kind.CHASE: "A reminder",
    Kind.RECEIPT: "Received there",
}
