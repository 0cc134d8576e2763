"""A party's own section: only it writes and signs. Signed is final, until the party takes its signature back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.joint.work import Work
from crossdesk.kit.time import clock_time
from crossdesk.parties.models import Membership
from crossdesk.threads.viewer import Viewer

LONGEST = 40_000
"""Signs of a section: some ten pages."""


def write(work: Work, record: Any, words: str, *, by: Viewer, at: datetime, edition: int | None = None) -> Any:
    """Read by this party's own people alone. `edition` is the writing its author had before them."""
    if len(words) > LONGEST:
        raise Invalid(f"A section holds at most {LONGEST:,} signs; this has {len(words):,}.")
    part = work.own_part(record, by)
    with work.moving(record, "write_section", by=by, at=at, part=part) as thread:
        _require_unsigned(part, at)
        draft = _as_seen(work, part, edition)
        draft.words, draft.edition = words.strip(), draft.edition + 1
        draft.written_at, draft.written_by = at, by.name[:120]
        draft.save()
        about = {"part": part.pk, "edition": draft.edition}
        work.told(thread, record, "write_section", "", by, at, part.alone(), **about)
        return draft


def sign(work: Work, record: Any, *, by: Viewer, at: datetime, edition: int | None = None) -> None:
    part = work.own_part(record, by)
    with work.moving(record, "sign", by=by, at=at, part=part) as thread:
        _require_live(by, at)
        _require_unsigned(part, at)
        words = _as_seen(work, part, edition).words
        if not words:
            raise Invalid(f"Write the section of {part.party} first; an empty one says nothing that can be signed.")
        work.require_fit(record, part, [words])
        part.signed_at, part.signed_by = at, by.name[:120]
        part.save(update_fields=["signed_at", "signed_by"])
        about = {work.record: record, "part": part, "who": str(part), "words": words, "signed_at": at}
        work.section.objects.create(**about, seats=sorted(work.signed_for(record, part)))
        work.told(thread, record, "sign", words, by, at, part.between(), part=part.pk)


def unsign(work: Work, record: Any, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid(f"Say why the signature is taken back; {work.reader} has read the section.")
    part = work.own_part(record, by)
    with work.moving(record, "unsign", by=by, at=at, part=part) as thread:
        if part.signed_at is None:
            raise WrongStage(f"The section of {part.party} is not signed, so there is no signature to take back.")
        work.section.objects.filter(part=part).delete()
        part.signed_at, part.signed_by = None, ""
        part.save(update_fields=["signed_at", "signed_by"])
        work.told(thread, record, "unsign", why, by, at, part.between(), part=part.pk)


def name(work: Work, record: Any, *, named: bool, by: Viewer, at: datetime) -> None:
    """Whether the other parties read this party's name beside what it says, or only what kind of party it is."""
    part = work.own_part(record, by)
    with work.moving(record, "name", by=by, at=at, part=part) as thread:
        part.named = named
        part.save(update_fields=["named"])
        for rows in (work.claims, work.answer, work.action, work.section):
            rows.objects.filter(part=part).update(who=str(part))
        work.share_owners(record, [part])
        work.told(thread, record, "name", "", by, at, part.between(), detail={"as": str(part)}, part=part.pk)


def _as_seen(work: Work, part: Any, edition: int | None) -> Any:
    draft = work.draft.objects.get(part=part)
    if edition is not None and edition != draft.edition:
        raise Moved(
            f"{draft.written_by} wrote edition {draft.edition} meanwhile."
            " Your words are kept; take in what changed and save again."
        )
    return draft


def _require_unsigned(part: Any, at: datetime) -> None:
    if part.signed_at:
        raise WrongStage(
            f"{part.signed_by} signed the section of {part.party} at {clock_time(part.signed_at, at)}, so it is final;"
            " take the signature back, with the reason, to change it."
        )


def _require_live(by: Viewer, at: datetime) -> None:
    """A signature binds its party: whoever gives it belongs to it at that moment, whatever their page still shows."""
    live = Q(until=None) | Q(until__gt=at)
    if not Membership.objects.filter(live, person=by.person or 0, party=by.party, since__lte=at).exists():
        raise NotAllowed(
            f"{by.name} does not act for {by.party_name} any more, so cannot sign for it; a colleague who does can."
        )
