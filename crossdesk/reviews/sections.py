"""A party's own section: only it writes and signs. Signed is final, until the party takes its signature back."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, Moved, WrongStage
from crossdesk.kit.time import clock_time
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.models import Action, Answer, Draft, Fact, Part, Review, Section
from crossdesk.reviews.moving import moving, own_part, told
from crossdesk.reviews.opening import share_owners
from crossdesk.threads.viewer import Viewer

LONGEST = 40_000
"""Signs of a section: some ten pages."""


def write(review: Review, words: str, *, by: Viewer, at: datetime, edition: int | None = None) -> Draft:
    """Read by this party's own people alone. `edition` is the writing its author had before them."""
    if len(words) > LONGEST:
        raise Invalid(f"A section holds at most {LONGEST:,} signs; this has {len(words):,}.")
    part = own_part(review, by)
    with moving(review, "write_section", by=by, at=at, part=part) as thread:
        _require_unsigned(part, at)
        draft = _as_seen(part, edition)
        draft.words, draft.edition = words.strip(), draft.edition + 1
        draft.written_at, draft.written_by = at, by.name[:120]
        draft.save()
        told(thread, review, "write_section", "", by, at, part.alone(), part=part.pk, edition=draft.edition)
        return draft


def sign(review: Review, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    """From now on the lead desk reads it, and the other parties once the review is published."""
    part = own_part(review, by)
    with moving(review, "sign", by=by, at=at, part=part) as thread:
        _require_unsigned(part, at)
        words = _as_seen(part, edition).words
        if not words:
            raise Invalid(f"Write the section of {part.party} first; an empty one says nothing that can be signed.")
        require_fit(review, part, [words])
        part.signed_at, part.signed_by = at, by.name[:120]
        part.save(update_fields=["signed_at", "signed_by"])
        Section.objects.create(
            part=part, review=review, who=str(part), words=words, signed_at=at, seats=part.between().seats
        )
        told(thread, review, "sign", words, by, at, part.between(), part=part.pk)


def unsign(review: Review, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why the signature is taken back; the desk that leads has read the section.")
    part = own_part(review, by)
    with moving(review, "unsign", by=by, at=at, part=part) as thread:
        if part.signed_at is None:
            raise WrongStage(f"The section of {part.party} is not signed, so there is no signature to take back.")
        Section.objects.filter(part=part).delete()
        part.signed_at, part.signed_by = None, ""
        part.save(update_fields=["signed_at", "signed_by"])
        told(thread, review, "unsign", why, by, at, part.between(), part=part.pk)


def name(review: Review, *, named: bool, by: Viewer, at: datetime) -> None:
    """Whether the other parties read this party's name beside what it says, or only what kind of party it is."""
    part = own_part(review, by)
    with moving(review, "name", by=by, at=at, part=part) as thread:
        part.named = named
        part.save(update_fields=["named"])
        for rows in (Fact, Answer, Action, Section):
            rows.objects.filter(part=part).update(who=str(part))
        share_owners(review, [part])
        told(thread, review, "name", "", by, at, part.between(), detail={"as": str(part)}, part=part.pk)


def _as_seen(part: Part, edition: int | None) -> Draft:
    draft = Draft.objects.get(part=part)
    if edition is not None and edition != draft.edition:
        raise Moved(
            f"{draft.written_by} wrote edition {draft.edition} meanwhile."
            " Your words are kept; take in what changed and save again."
        )
    return draft


def _require_unsigned(part: Part, at: datetime) -> None:
    if part.signed_at:
        raise WrongStage(
            f"{part.signed_by} signed the section of {part.party} at {clock_time(part.signed_at, at)}, so it is final;"
            " take the signature back, with the reason, to change it."
        )
