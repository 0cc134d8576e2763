"""Words on a case: a note, a message, a question and its answer. The audience is chosen before the words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import policy
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case, Question
from crossdesk.cases.moving import moving
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Contact, Membership
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import Viewer

LONGEST = 60_000


def audience_for(case: Case, choice: str, by: Viewer) -> tuple[Audience, Leg | None]:
    """`internal`, `raiser`, `everyone` or `leg:7`: what this viewer may write to, or a refusal."""
    kind, _, number = choice.partition(":")
    if kind == "internal":
        return case.internal(_own_desk(case, by)), None
    if kind == "leg":
        leg = case.legs.select_related("to_desk", "from_desk").filter(pk=number or 0).first()
        if leg and (by.works_at(leg.from_desk_id) or by.works_at(leg.to_desk_id)):
            return leg.audience(), leg
        raise NotAllowed("That leg is not one of yours; choose who should read this.")
    if kind == "raiser" and (by.works_at(case.owner_id) or policy.speaks_for_raiser(by, case)):
        return case.to_raiser(), None
    if kind == "everyone" and by.works_at(case.owner_id):
        return case.to_everyone(), None
    raise NotAllowed("Choose who should read this; you cannot write to that audience.")


def _own_desk(case: Case, by: Viewer) -> Desk:
    if by.works_at(case.owner_id):
        return case.owner
    leg = case.legs.filter(to_desk__in=by.desks).select_related("to_desk").first()
    if leg is None:
        raise NotAllowed("Internal notes belong to a desk on the case; you write to the desk instead.")
    return leg.to_desk


def write(
    case: Case,
    *,
    to: str,
    words: str,
    by: Viewer,
    at: datetime,
    happened_at: datetime | None = None,
    seen: int | None = None,
) -> Entry:
    if not words.strip():
        raise Invalid("Write something first; nothing was sent.")
    if len(words) > LONGEST:
        raise Invalid("That is longer than 60,000 characters; attach it as a file instead.")
    with moving(case, "write", by=by, at=at, seen=seen) as thread:
        audience, leg = audience_for(case, to, by)
        kind = "leg.update" if leg else "case.write"
        facts: dict[str, Any] = {"leg": leg.pk} if leg else {}
        return record(
            thread,
            kind,
            audience=audience,
            by=by.author(desk_of(case, leg, by)),
            at=at,
            words=words.strip(),
            happened_at=happened_at,
            **facts,
        )


def desk_of(case: Case, leg: Leg | None, by: Viewer) -> int | None:
    """For which desk somebody writes here; none where they write for the raiser."""
    if leg:
        return next((desk for desk in (leg.to_desk_id, leg.from_desk_id) if by.works_at(desk)), None)
    if by.works_at(case.owner_id):
        return case.owner_id
    engaged = case.legs.filter(to_desk__in=by.desks).first()
    return engaged.to_desk_id if engaged and not policy.speaks_for_raiser(by, case) else None


def ask_raiser(
    case: Case, *, words: str, due_at: datetime, by: Viewer, at: datetime, seen: int | None = None
) -> Question:
    if not words.strip():
        raise Invalid("Write the question; the raiser is asked nothing yet.")
    if due_at <= at:
        raise Invalid("Give the question a due time that lies ahead.")
    with moving(case, "ask", by=by, at=at, seen=seen) as thread:
        _require_somebody_to_answer(case, at)
        audience = case.to_raiser()
        entry = record(
            thread,
            "case.ask",
            audience=audience,
            by=by.author(case.owner_id),
            at=at,
            words=words.strip(),
            due=due_at.isoformat(),
        )
        return Question.objects.create(
            case=case,
            asked_by=case.owner,
            addressee=case.raiser.seat,
            entry=entry,
            due_at=due_at,
            seats=list(audience.seats),
        )


def _require_somebody_to_answer(case: Case, at: datetime) -> None:
    """A question stops the clocks of whoever asks, so it is put to nobody's address: somebody has to read it."""
    live = Q(until=None) | Q(until__gt=at)
    people = Membership.objects.filter(live, party=case.raiser_id, person__is_active=True)
    contacts = Contact.objects.filter(party=case.raiser_id, ended_at=None)
    if not (case.followed_by or people.exists() or contacts.exists()):
        raise Invalid(
            f"Nobody of {case.raiser} would read the question: it has no person here and no nominated contact."
            " Record a contact in the directory, then ask; until then the clocks run on."
        )


def answer(
    case: Case,
    *,
    question: Question | None,
    words: str,
    by: Viewer,
    at: datetime,
    given: Sequence[str] = (),
    seen: int | None = None,
) -> Entry:
    """The raiser's words to the desk; they answer the question that was open, if one was. `given` names the evidence
    they bring, by its keys."""
    if not words.strip():
        raise Invalid("Write the answer first; nothing was sent.")
    with moving(case, "answer", by=by, at=at, seen=seen) as thread:
        open_ones = Question.objects.filter(case=case, leg=None, addressee=case.raiser.seat_id, answered_at=None)
        if question is not None:
            open_ones = open_ones.filter(pk=question.pk)
        answered = list(open_ones.values_list("pk", flat=True))
        open_ones.update(answered_at=at)
        return record(
            thread,
            "case.answer",
            audience=case.to_raiser(),
            by=by.author(),
            at=at,
            words=words.strip(),
            questions=answered,
            given=list(given),
        )
