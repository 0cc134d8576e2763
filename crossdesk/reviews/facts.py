"""One party states what was so, the others agree or dispute. Neither overrules the other; both stay to be read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from crossdesk.access import Invalid, WrongStage
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.models import Answer, Fact, Review
from crossdesk.reviews.moving import moving, own_part, told
from crossdesk.threads.viewer import Viewer


def state(review: Review, words: str, *, by: Viewer, at: datetime, happened_at: datetime | None = None) -> Fact:
    """Every party of the review reads it, under the name this party chose."""
    if not words.strip():
        raise Invalid("Say what was so; the other parties agree with it or dispute it.")
    if happened_at and happened_at > at:
        raise Invalid("A fact cannot lie in the future; give the time it happened.")
    part = own_part(review, by)
    with moving(review, "state_fact", by=by, at=at, part=part) as thread:
        require_fit(review, part, [words])
        fact = Fact.objects.create(
            review=review,
            number=(review.facts.aggregate(last=Max("number"))["last"] or 0) + 1,
            part=part,
            who=str(part),
            words=words.strip()[:600],
            happened_at=happened_at,
            stated_at=at,
            seats=review.seats,
        )
        told(thread, review, "state_fact", words, by, at, part.between(), part=part.pk, fact=fact.pk)
        return fact


def answer(fact: Fact, *, agrees: bool, words: str = "", by: Viewer, at: datetime) -> None:
    """A party may think again: its last word is the one that stands, and its earlier ones stay in the record."""
    if not agrees and not words.strip():
        raise Invalid("Say what was so instead; a dispute without a reason helps nobody.")
    review, part = fact.review, own_part(fact.review, by)
    with moving(review, "answer_fact", by=by, at=at, part=part) as thread:
        fact.refresh_from_db(fields=["withdrawn_at"])
        if fact.withdrawn_at:
            raise WrongStage(f"Fact {fact.number} was withdrawn by the party that stated it.")
        if fact.part_id == part.pk:
            raise Invalid(f"{part.party} stated fact {fact.number} itself; withdraw it if it is wrong.")
        require_fit(review, part, [words])
        said = {"agrees": agrees, "words": words.strip()[:600], "at": at, "who": str(part), "seats": review.seats}
        Answer.objects.update_or_create(fact=fact, part=part, defaults=said)
        facts = {"part": part.pk, "fact": fact.pk, "agrees": agrees}
        told(thread, review, "answer_fact", words, by, at, part.between(), **facts)


def withdraw(fact: Fact, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why the fact is withdrawn; others have read it.")
    review, part = fact.review, own_part(fact.review, by)
    with moving(review, "withdraw_fact", by=by, at=at, part=part) as thread:
        fact.refresh_from_db(fields=["withdrawn_at"])
        if fact.part_id != part.pk:
            raise Invalid("Only the party that stated a fact withdraws it; dispute it instead.")
        if fact.withdrawn_at:
            raise WrongStage(f"Fact {fact.number} is withdrawn already.")
        fact.withdrawn_at = at
        fact.save(update_fields=["withdrawn_at"])
        told(thread, review, "withdraw_fact", why, by, at, part.between(), part=part.pk, fact=fact.pk)
