"""Who lends sight to whom in the demonstration: delegations, and a child's grant to its parent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crossdesk.commands.demonstration.ago import length
from crossdesk.kit.time import london
from crossdesk.parties import delegating, parenting
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer


def delegate(row: dict[str, Any], people: dict[str, Viewer], at: datetime) -> None:
    since = at - length(row["ago"])
    scope = delegating.Scope(
        since=since,
        until=_end(since, row["for"]) if "for" in row else None,
        query_types=row.get("query_types", ()),
        systems=row.get("systems", ()),
        may_act=row.get("may_act", False),
    )
    principal, to = Party.objects.get(name=row["principal"]), Party.objects.get(name=row["delegate"])
    offered = delegating.offer(principal, to, scope, by=people[row["by"]], at=since)
    if "accepted_by" in row:
        delegating.accept(offered, by=people[row["accepted_by"]], at=since)


def grant(row: dict[str, Any], people: dict[str, Viewer], at: datetime) -> None:
    since = at - length(row["ago"])
    child = Party.objects.select_related("parent").get(name=row["child"])
    parenting.grant(child, by=people[row["by"]], at=since, until=_end(since, row["for"]))


def _end(since: datetime, written: str) -> datetime:
    """Such things end with a day."""
    return london(since + length(written)).replace(hour=0, minute=0, second=0, microsecond=0)
