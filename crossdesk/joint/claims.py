"""One party states what is so, the others agree or dispute. Neither overrules the other; both stay to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from crossdesk.access import Invalid, WrongStage
from crossdesk.joint.models import AnswerRow
from crossdesk.joint.work import Work
from crossdesk.threads.viewer import Viewer


@dataclass(frozen=True)
class Said:
    """A claim with what the others answered."""

    claim: Any
    answers: Sequence[AnswerRow]

    @property
    def disputed(self) -> bool:
        return any(not each.agrees for each in self.answers)

    @property
    def agreed(self) -> bool:
        return bool(self.answers) and not self.disputed


def state(work: Work, record: Any, words: str, *, by: Viewer, at: datetime, happened_at: datetime | None = None) -> Any:
    """Every party of the record reads it, under the name this party chose."""
    if not words.strip():
        raise Invalid(f"Say what was so; the other parties agree with the {work.claim_noun} or dispute it.")
    if happened_at and happened_at > at:
        raise Invalid(f"A {work.claim_noun} cannot lie in the future; give the time it happened.")
    part = work.own_part(record, by)
    with work.moving(record, f"state_{work.claim}", by=by, at=at, part=part) as thread:
        work.require_fit(record, part, [words])
        of_it = work.claims.objects.filter(**{work.record: record})
        claim = work.claims.objects.create(
            **{work.record: record},
            number=(of_it.aggregate(last=Max("number"))["last"] or 0) + 1,
            part=part,
            who=str(part),
            words=words.strip()[:600],
            happened_at=happened_at,
            stated_at=at,
            seats=record.seats,
        )
        about = {"part": part.pk, work.claim: claim.pk}
        work.told(thread, record, f"state_{work.claim}", words, by, at, part.between(), **about)
        return claim


def answer(work: Work, claim: Any, *, agrees: bool, words: str = "", by: Viewer, at: datetime) -> None:
    """A party may think again: its last word is the one that stands, and its earlier ones stay in the record."""
    if not agrees and not words.strip():
        raise Invalid("Say what was so instead; a dispute without a reason helps nobody.")
    record = getattr(claim, work.record)
    part = work.own_part(record, by)
    with work.moving(record, f"answer_{work.claim}", by=by, at=at, part=part) as thread:
        claim.refresh_from_db(fields=["withdrawn_at"])
        if claim.withdrawn_at:
            raise WrongStage(f"{_named(work, claim)} was withdrawn by the party that stated it.")
        if claim.part_id == part.pk:
            stated = f"{part.party} stated {work.claim_noun} {claim.number} itself"
            raise Invalid(f"{stated}; withdraw it if it is wrong.")
        work.require_fit(record, part, [words])
        said = {"agrees": agrees, "words": words.strip()[:600], "at": at, "who": str(part), "seats": record.seats}
        work.answer.objects.update_or_create(**{work.claim: claim}, part=part, defaults=said)
        about = {"part": part.pk, work.claim: claim.pk, "agrees": agrees}
        work.told(thread, record, f"answer_{work.claim}", words, by, at, part.between(), **about)


def withdraw(work: Work, claim: Any, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid(f"Say why the {work.claim_noun} is withdrawn; others have read it.")
    record = getattr(claim, work.record)
    part = work.own_part(record, by)
    with work.moving(record, f"withdraw_{work.claim}", by=by, at=at, part=part) as thread:
        claim.refresh_from_db(fields=["withdrawn_at"])
        if claim.part_id != part.pk:
            raise Invalid(f"Only the party that stated a {work.claim_noun} withdraws it; dispute it instead.")
        if claim.withdrawn_at:
            raise WrongStage(f"{_named(work, claim)} is withdrawn already.")
        claim.withdrawn_at = at
        claim.save(update_fields=["withdrawn_at"])
        about = {"part": part.pk, work.claim: claim.pk}
        work.told(thread, record, f"withdraw_{work.claim}", why, by, at, part.between(), **about)


def _named(work: Work, claim: Any) -> str:
    return f"{work.claim_noun.capitalize()} {claim.number}"
