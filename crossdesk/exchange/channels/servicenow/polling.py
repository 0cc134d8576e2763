"""What changed at their side since we last asked: by `sys_updated_on`, with an overlap, each version once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.exchange.channels.servicenow import records
from crossdesk.exchange.channels.servicenow.desk import Desk, plain, some
from crossdesk.exchange.channels.servicenow.records import Record
from crossdesk.exchange.channels.servicenow.trouble import Trouble

OVERLAP = timedelta(minutes=2)
"""Their nodes' clocks differ a little, and a transaction's time is older than its end."""
PAGE = 100


@dataclass(frozen=True)
class Polled:
    changed: tuple[Record, ...]
    """Oldest first, only those whose version we had not seen."""
    up_to: datetime


def changed(desk: Desk, since: datetime, seen: Mapping[str, int], page: int = PAGE) -> Polled:
    """`seen` holds the last version (sys_mod_count) of each record by sys_id.

    Newest first while paging: a record that changes meanwhile moves to the front, so what follows comes twice rather
    than never; itself it is found by the next poll.
    """
    query = f"correlation_display={plain(desk.tenant.display)}^correlation_idISNOTEMPTY"
    query += f"^sys_updated_on>={records.written(since - OVERLAP)}^ORDERBYDESCsys_updated_on"
    newest: dict[str, Record] = {}
    up_to = since
    for row in desk.rows(desk.table, query, desk.asked, page):
        record = records.record(row)
        up_to = max(up_to, record.updated_on)
        if record.sys_id not in newest and seen.get(record.sys_id, -1) < record.mod_count:
            newest[record.sys_id] = record
    return Polled(tuple(sorted(newest.values(), key=lambda each: (each.updated_on, each.number))), up_to)


def every(desk: Desk, sys_ids: Sequence[str]) -> list[Record]:
    """These records as they are now, whenever they changed; one that our account may not read any more is not among
    them."""
    found: list[Record] = []
    for chosen in some(sys_ids):
        rows = desk.rows(desk.table, f"sys_idIN{','.join(chosen)}^ORDERBYsys_created_on", desk.asked, PAGE)
        found += [each for each in map(records.record, rows) if each.sys_id in chosen]
    return found


@dataclass(frozen=True)
class Health:
    """What a probe found. `trouble` is a sentence where something has to be mended."""

    well: bool
    trouble: str = ""
    credential: bool = False


def probe(desk: Desk) -> Health:
    """Asks for as little as there is: one record, one comment, and what hour our account lives in."""
    try:
        found = desk.api.get(
            desk.table, sysparm_display_value="all", sysparm_limit=1, sysparm_fields="sys_id,sys_updated_on"
        ).result
        desk.api.get("/api/now/table/sys_journal_field", sysparm_query="element=comments", sysparm_limit=1)
    except Trouble as trouble:
        return Health(False, trouble.because, trouble.credential)
    shown = found[0].get("sys_updated_on") if isinstance(found, list) and found and isinstance(found[0], dict) else None
    if isinstance(shown, dict) and str(shown.get("display_value"))[-8:] != str(shown.get("value"))[-8:]:
        return Health(
            True, "Our account there does not live in GMT, the time in which ServiceNow stores; ask for that."
        )
    return Health(True)
