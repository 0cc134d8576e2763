"""When desks of the demonstration are open and what its parties agreed: one agreement of each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from crossdesk.clocks.calendars import Said as Week
from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import Here, table
from crossdesk.commands.demonstration.their_tool import ACCOUNT, PASSWORD
from crossdesk.desks import agreements
from crossdesk.desks.agreements import Said
from crossdesk.desks.hours import keep_hours
from crossdesk.desks.models import Desk, Terms
from crossdesk.desks.ways import read_ways
from crossdesk.exchange import lines
from crossdesk.kit.time import london
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer

Step = Callable[[Terms, dict[str, Any], Viewer, datetime], Terms]
CALLED_BEFORE = timedelta(hours=1)


def agree(here: Here, at: datetime) -> None:
    told = table("agreements.toml")
    for row in told["hours"]:
        _hours(row, here, at)
    for row in told["agreement"]:
        _agreement(row, here, at)


def _hours(row: dict[str, Any], here: Here, at: datetime) -> None:
    kept = at - length(row["ago"])
    closures = {london(at + length(ahead)).date(): name for ahead, name in row.get("closures", {}).items()}
    said = Week(row["week"], row.get("region", ""), closures, _day(kept, row))
    desk = Desk.objects.select_related("owner", "provider", "calendar").get(name=row["desk"])
    keep_hours(desk, said, by=here.acting(row["by"], at), at=kept)


def _agreement(row: dict[str, Any], here: Here, at: datetime) -> None:
    moment = at - length(row["ago"])
    promiser, other = (Party.objects.get(name=row[side]) for side in ("promiser", "other"))
    desk = here.desks[row["desk"]] if "desk" in row else None
    terms = agreements.propose(promiser, other, desk, _said(row, moment), by=here.acting(row["by"], at), at=moment)
    for step in row.get("steps", ()):
        moment += length(step["after"])
        terms = STEPS[step["do"]](terms, step, here.acting(step["by"], at), moment)


def _said(row: dict[str, Any], at: datetime) -> Said:
    since = _day(at, row)
    targets = {
        priority: {measure: length(written) for measure, written in lengths.items()}
        for priority, lengths in row.get("targets", {}).items()
    }
    until = london((since or at) + length(row["for"])).replace(hour=0, minute=0, second=0) if "for" in row else None
    return Said(
        targets,
        acknowledge=length(row["acknowledge"]),
        auto_close_days=row.get("auto_close_days"),
        hours=row.get("hours", Terms.Hours.DESK),
        ways=read_ways(row["ways"]) if "ways" in row else None,
        words=row.get("words", ""),
        since=since,
        until=until,
    )


def _day(at: datetime, row: dict[str, Any]) -> datetime | None:
    """Such things begin with a day."""
    if "later" not in row:
        return None
    return london(at + length(row["later"])).replace(hour=0, minute=0, second=0, microsecond=0)


def _declined(terms: Terms, step: dict[str, Any], by: Viewer, at: datetime) -> Terms:
    agreements.decline(terms, why=step.get("words", ""), by=by, at=at)
    return terms


def _ended(terms: Terms, step: dict[str, Any], by: Viewer, at: datetime) -> Terms:
    agreements.end(terms, why=step["words"], by=by, at=at)
    return terms


def _credential(terms: Terms, step: dict[str, Any], by: Viewer, at: datetime) -> Terms:
    lines.keep_key(lines.open_line(terms.agreement, at), step["name"], f"{ACCOUNT}:{PASSWORD}", by=by, at=at)
    return terms


STEPS: dict[str, Step] = {
    "credential": _credential,
    "accept": lambda terms, _, by, at: agreements.accept(terms, by=by, at=at),
    "record": lambda terms, step, by, at: agreements.record_acceptance(
        terms, said_by=step["said_by"], said_at=at - CALLED_BEFORE, by=by, at=at
    ),
    "change": lambda terms, step, by, at: agreements.propose_change(terms.agreement, _said(step, at), by=by, at=at),
    "decline": _declined,
    "take back": _declined,
    "end": _ended,
}
