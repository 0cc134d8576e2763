"""Who reads a known error, and how it ends: each decided by a manager of its desk, once, with a reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from crossdesk.access import Invalid
from crossdesk.known_errors.guarding import require_fit
from crossdesk.known_errors.models import KnownError, Reader
from crossdesk.known_errors.moving import moving, told
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer

To = KnownError.To


def publish(
    known: KnownError, *, to: str, parties: Collection[Party] = (), by: Viewer, at: datetime, edition: int | None = None
) -> None:
    """From now on its readers see it, and cases are held against it. `parties` counts where it goes to named ones."""
    with moving(known, "publish", by=by, at=at, edition=edition) as thread:
        if not known.workaround:
            raise Invalid("Write the workaround first, or that there is none yet; that is what its readers look for.")
        _address(known, to, parties)
        known.published_at = known.published_at or at
        told(thread, known, "publish", "", by, at, detail=_named(known), to=known.to)


def readdress(known: KnownError, *, to: str, parties: Collection[Party] = (), by: Viewer, at: datetime) -> None:
    """Who is no longer named reads nothing of it from this moment."""
    with moving(known, "readdress", by=by, at=at) as thread:
        before = _named(known)
        _address(known, to, parties)
        detail = {**_named(known), "before": before.get("parties", [])}
        told(thread, known, "readdress", "", by, at, detail=detail, to=known.to)


def fix(known: KnownError, *, how: str, by: Viewer, at: datetime) -> None:
    """Those whose cases it answered are told."""
    if not how.strip():
        raise Invalid("Say what fixed it; everybody whose case it answered is told.")
    with moving(known, "fix", by=by, at=at) as thread:
        require_fit(known, [how], known.readers.values_list("party", flat=True))
        known.fixed_at, known.fixed_how = at, how.strip()[:600]
        told(thread, known, "fix", known.fixed_how, by, at)


def came_back(known: KnownError, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say what was seen; the fix did not hold.")
    with moving(known, "came_back", by=by, at=at) as thread:
        known.fixed_at, known.fixed_how = None, ""
        told(thread, known, "came_back", why.strip(), by, at)


def withdraw(known: KnownError, *, why: str, by: Viewer, at: datetime) -> None:
    """Nobody but its desk reads it from now on, and no case is held against it."""
    if not why.strip():
        raise Invalid("Say why it is withdrawn; the next one who meets it begins there.")
    with moving(known, "withdraw", by=by, at=at) as thread:
        told(thread, known, "withdraw", why.strip(), by, at)


def take_up(known: KnownError, *, by: Viewer, at: datetime) -> None:
    with moving(known, "take_up", by=by, at=at) as thread:
        known.fixed_at, known.fixed_how = None, ""
        told(thread, known, "take_up", "", by, at)


def _address(known: KnownError, to: str, parties: Collection[Party]) -> None:
    if to not in To.values:
        raise Invalid("Choose who reads it: everyone, parties you name, or your own desk alone.")
    if to == To.PARTIES and not parties:
        raise Invalid("Name at least one party that reads it, or keep it to your own desk.")
    known.to = to
    wanted = {party.pk for party in parties} if to == To.PARTIES else set()
    said = (known.title, known.symptoms, known.workaround, known.words, known.fix_waits_for, known.fixed_how)
    require_fit(known, (*said, *known.codes), wanted)
    known.readers.exclude(party__in=wanted).delete()
    there = set(known.readers.values_list("party", flat=True))
    seats = [known.desk.seat_id]
    Reader.objects.bulk_create(Reader(known_error=known, party_id=key, seats=seats) for key in wanted - there)


def _named(known: KnownError) -> dict[str, list[str]]:
    names = known.readers.order_by("party__name").values_list("party__name", flat=True)
    return {"parties": list(names)} if known.to == To.PARTIES else {}
