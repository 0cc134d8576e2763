"""A review opens by itself when its incident stands down: reactions to the incident's entries, on its locked thread."""

from __future__ import annotations

import random

from crossdesk.joint import promising
from crossdesk.joint.models import OPEN
from crossdesk.majors import room
from crossdesk.majors.models import MajorIncident
from crossdesk.parties.models import Party
from crossdesk.reviews import deadline
from crossdesk.reviews.collecting import IN_THE_ROOM, collect, keep
from crossdesk.reviews.guarding import objections
from crossdesk.reviews.lifecycle import State
from crossdesk.reviews.models import Action, Answer, Owner, Part, Review
from crossdesk.reviews.moving import TRUTH
from crossdesk.reviews.work import WORK
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK

STEPS = ("major.stand_down", "major.declare_again", "major.close", "major.agree", "major.restore")
ON_IT = ("major.add_case", "major.bring_in", "major.reach")
FOLLOWED = tuple(dict.fromkeys((*STEPS, *ON_IT, *IN_THE_ROOM)))


def follow_incident(entry: Entry) -> None:
    """Whatever the incident records is followed by its review, from standing down until the review is published."""
    if entry.kind == "major.stand_down":
        stood_down(entry)
        return
    review = TRUTH.filter(incident=entry.thread_id).exclude(state=State.PUBLISHED).first()
    if review is None:
        return
    thread = Thread.objects.select_for_update().get(pk=review.pk)
    review.refresh_from_db(from_queryset=TRUTH)
    if entry.kind in ON_IT:
        take_in(review, thread)
    elif entry.kind == "major.declare_again":
        _set_aside(review, thread, entry)
    elif entry.kind in STEPS:
        collect(review)
    if entry.kind in IN_THE_ROOM and entry.audience != "internal":
        keep(review, [entry])
    if entry.kind == "major.close":
        _carry_on(review, thread, entry)
        deadline.begin(review, thread, deadline.CLOSED, entry.recorded_at)
    review.save()


def stood_down(entry: Entry) -> None:
    """The first time it opens, and the next time it is taken up again."""
    incident = MajorIncident.objects.select_related("lead__owner", "lead__seat").get(pk=entry.thread_id)
    review = TRUTH.filter(incident=incident.pk).first()
    if review is None:
        review = _open(incident, entry)
        move, words = "open", "The incident was stood down."
    else:
        move, words = "take_up", "The incident was stood down again."
    thread = Thread.objects.select_for_update().get(pk=review.pk)
    review.refresh_from_db(from_queryset=TRUTH)
    if move == "take_up" and review.state != State.SET_ASIDE:
        return
    review.state = State.DRAFTING
    record(thread, f"review.{move}", audience=review.readers(), by=CROSSDESK, at=entry.recorded_at, words=words)
    take_in(review, thread)
    collect(review)
    deadline.begin(review, thread, deadline.STOOD_DOWN, entry.recorded_at)
    for action in review.actions.filter(OPEN).select_related("part__party"):
        promising.begin(WORK, action, action.part, thread, at=entry.recorded_at)
    review.save()


def _open(incident: MajorIncident, entry: Entry) -> Review:
    seats = [incident.lead.seat_id]
    return Review.objects.create(
        thread=Thread.objects.create(kind="review", seats=seats),
        incident=incident,
        reference=incident.reference,
        title=incident.title,
        lead=incident.lead,
        opened_at=entry.recorded_at,
        seats=seats,
    )


def _set_aside(review: Review, thread: Thread, entry: Entry) -> None:
    if review.state == State.SET_ASIDE:
        return
    review.state = State.SET_ASIDE
    words = "The incident was declared again; what was written stays until it is stood down."
    deadline.stop(review, thread, words, at=entry.recorded_at)
    promising.stop_all(thread, at=entry.recorded_at, because=words)
    record(thread, "review.set_aside", audience=review.readers(), by=CROSSDESK, at=entry.recorded_at, words=words)


def take_in(review: Review, thread: Thread) -> None:
    """A part for each party on the incident and for whoever leads it. Those that compete are in no telling order."""
    there = set(review.parts.values_list("party", flat=True))
    on_it = {review.lead.owner_id, *review.incident.parties.values_list("party", flat=True)} - there
    parties = list(Party.objects.filter(pk__in=on_it).prefetch_related("market_roles"))
    random.SystemRandom().shuffle(parties)
    for party in parties:
        _part(review, party)
    if review.state == State.WITH_PARTIES:
        share(review, thread)


def _part(review: Review, party: Party) -> Part:
    named = party.central or party.pk == review.lead.owner_id
    part: Part = WORK.add_part(review, party, named=named)
    return part


def share(review: Review, thread: Thread) -> None:
    """From now on the parties read the review. Each reads its own part; what it drafts only it reads."""
    parts = list(review.parts.select_related("party"))
    review.seats = sorted({*review.seats, *(part.party.seat_id for part in parts)})
    for part in parts:
        part.seats = sorted({review.lead.seat_id, part.party.seat_id})
    Part.objects.bulk_update(parts, ["seats"])
    review.events.filter(left_out=False).update(seats=review.seats)
    review.facts.update(seats=review.seats)
    review.actions.filter(checked=True).update(seats=review.seats)
    Answer.objects.filter(fact__review=review).update(seats=review.seats)
    WORK.share_owners(review, parts)
    for part in parts:
        promising.widen(WORK, part, thread)
    deadline.widen(review, thread)


def _carry_on(review: Review, thread: Thread, entry: Entry) -> None:
    """With the incident's end its war room does no more: what is still owed goes on here, once."""
    incident = review.incident
    open_ones = list(incident.actions.filter(done_at=None).select_related("party"))
    number = review.actions.count()
    parts = {part.party_id: part for part in review.parts.select_related("party")}
    for each in open_ones:
        part = parts.get(each.party_id) or _part(review, each.party)
        number += 1
        fit = not objections(review, part, [each.what], by_lead=True)
        seats = review.seats if fit else [review.lead.seat_id]
        action = Action.objects.create(
            review=review, number=number, what=each.what, part=part, who=str(part), given_at=entry.recorded_at,
            due_at=each.due_at, carried=each.number, checked=fit, seats=seats,
        )  # fmt: skip
        Owner.objects.create(action=action, name=each.owner, seats=part.seats)
        promising.begin(WORK, action, part, thread, at=entry.recorded_at)
        room.carry_on(incident, each, entry.thread, number, at=entry.recorded_at)
