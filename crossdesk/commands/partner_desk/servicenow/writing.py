"""Inserting and updating a record: what the dictionary, the data policies and the business rules make of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from crossdesk.commands.partner_desk.servicenow import query
from crossdesk.commands.partner_desk.servicenow.columns import (
    INCIDENT,
    JOURNALS,
    NAMED_BY,
    PRIORITY_OF,
    TABLES,
    Column,
)
from crossdesk.commands.partner_desk.servicenow.instance import Denied, Instance, Record, User

OVER = ("7", "8")
REFUSED = "Operation Failed"


def insert(instance: Instance, table: str, values: Mapping[str, object], by: User, *, shown: bool = False) -> Record:
    with instance.lock:
        said = accepted(instance, table, values, shown)
        at = instance.stamp()
        record = dict.fromkeys(TABLES[table], "") | {"sys_id": secrets.token_hex(16), "sys_class_name": table}
        record |= {"sys_created_on": at, "sys_created_by": by.name, "sys_mod_count": "0"}
        record |= {"sys_updated_on": at, "sys_updated_by": by.name}
        if table == "incident":
            instance.last_number += 1
            record |= {"number": f"INC{instance.last_number:07}", "state": "1", "impact": "3", "urgency": "3"}
            record |= {"opened_at": at, "opened_by": by.sys_id, "active": "true", "reopen_count": "0", "severity": "3"}
        before = dict(record)
        record |= said
        if table == "incident":
            follow_rules(record, before, said, at, by)
        instance.tables[table][record["sys_id"]] = record
        _keep_journal(instance, table, record, said, by)
        return record


def update(instance: Instance, table: str, sys_id: str, values: Mapping[str, object], by: User, *, shown: bool) -> bool:
    """Answers whether anything changed; a record that stays as it was keeps its counters."""
    with instance.lock:
        record = instance.tables[table][sys_id]
        if record.get("state") in OVER and table == "incident" and not by.admin:
            raise Denied(403, REFUSED, "ACL Exception Update Failed due to security constraints")
        said = accepted(instance, table, values, shown)
        changed = {name: value for name, value in said.items() if name in JOURNALS or record[name] != value}
        if not changed:
            return False
        before, at = dict(record), instance.stamp()
        after = before | changed
        if table == "incident":
            follow_rules(after, before, changed, at, by)
        after |= {
            "sys_updated_on": at,
            "sys_updated_by": by.name,
            "sys_mod_count": str(int(before["sys_mod_count"]) + 1),
        }
        instance.tables[table][sys_id] = after
        _keep_journal(instance, table, after, changed, by)
        return True


def accepted(instance: Instance, table: str, values: Mapping[str, object], shown: bool) -> Record:
    """Unknown columns are ignored, long texts are cut, choices are taken as they come; with
    sysparm_input_display_value a label stands for its value."""
    columns = TABLES[table]
    said = {}
    for name, given in values.items():
        column = columns.get(name)
        if column is None or name in ("sys_id", "number", "priority") or name.startswith("sys_"):
            continue  # priority is calculated; the sys_ columns are the system's own
        value = str(given).lower() if isinstance(given, bool) else "" if given is None else str(given)
        said[name] = (_from_shown(instance, column, value) if shown else value)[: _length(column)]
    return said


def _length(column: Column) -> int:
    return column.length if column.kind in ("string", "guid", "journal") else 4000


def _from_shown(instance: Instance, column: Column, value: str) -> str:
    if column.choices:
        return next((key for key, label in column.choices.items() if label == value), value)
    if column.reference:
        rows = instance.tables[column.reference]
        named = NAMED_BY[column.reference]
        return value if value in rows else next((key for key, row in rows.items() if row.get(named) == value), "")
    return value


def follow_rules(record: Record, before: Record, said: Mapping[str, str], at: str, by: User) -> None:
    """Data policies first, for they refuse; then what the business rules of incident management set."""
    for name in JOURNALS:
        record[name] = ""  # written, never read back from the record
    if record["state"] == "3":
        _mandatory(record, "hold_reason")
        moved_here = record["hold_reason"] != before["hold_reason"] or before["state"] != "3"
        if record["hold_reason"] == "1" and moved_here and not said.get("comments"):
            raise Denied(403, REFUSED, "Data Policy Exception: The following fields are mandatory: Additional comments")
    elif before["state"] == "3":
        record["hold_reason"] = ""
    if record["state"] in ("6", "7"):
        _mandatory(record, "close_code", "close_notes")
    if said.get("comments") and by.sys_id == record["caller_id"] and "state" not in said:
        _caller_answered(record)
    record["incident_state"] = record["state"]
    record["priority"] = PRIORITY_OF.get((record["impact"], record["urgency"]), before["priority"] or "5")
    _stamp_states(record, before, at, by)


def _mandatory(record: Record, *names: str) -> None:
    if missing := [INCIDENT[name].label for name in names if not record[name].strip()]:
        raise Denied(403, REFUSED, f"Data Policy Exception: The following fields are mandatory: {', '.join(missing)}")


def _caller_answered(record: Record) -> None:
    """If the caller updates an incident on hold for them, the reason is cleared and work goes on."""
    if record["state"] == "3" and record["hold_reason"] == "1":
        record |= {"state": "2", "hold_reason": ""}


def _stamp_states(record: Record, before: Record, at: str, by: User) -> None:
    if record["state"] == before["state"]:
        return
    if record["state"] == "6":
        record |= {"resolved_at": at, "resolved_by": by.sys_id}
    elif before["state"] == "6" and record["state"] not in OVER:
        record |= {"resolved_at": "", "resolved_by": "", "reopen_count": str(int(before["reopen_count"] or 0) + 1)}
    if record["state"] in OVER:
        record |= {"closed_at": at, "active": "false"}


def _keep_journal(instance: Instance, table: str, record: Record, said: Mapping[str, str], by: User) -> None:
    for element in JOURNALS:
        if words := said.get(element, "").strip():
            row = dict.fromkeys(TABLES["sys_journal_field"], "") | {"sys_id": secrets.token_hex(16), "name": table}
            row |= {"element": element, "element_id": record["sys_id"], "value": words, "sys_created_by": by.name}
            row |= {"sys_created_on": record["sys_updated_on"], "sys_mod_count": "0"}
            instance.tables["sys_journal_field"][row["sys_id"]] = row


def may_see(instance: Instance, table: str, record: Mapping[str, str], by: User) -> bool:
    if by.admin or not by.sees:
        return True
    if table == "sys_journal_field":
        record = instance.tables["incident"].get(record["element_id"], {})
    elif table == "sys_attachment":
        record = instance.tables["incident"].get(record["table_sys_id"], {})
    elif table != "incident":
        return True
    return bool(record) and query.read(by.sees, INCIDENT).holds(record)
