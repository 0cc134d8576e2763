"""The Import Set API: a row into a staging table, transformed at once into the target by its map and coalesce."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from crossdesk.commands.partner_desk.servicenow import writing
from crossdesk.commands.partner_desk.servicenow.columns import NAMED_BY
from crossdesk.commands.partner_desk.servicenow.instance import Denied, Import, Instance, Record, User


def take(instance: Instance, staging: str, values: Mapping[str, object], by: User, base: str) -> dict[str, Any]:
    """The row is kept whatever the transform makes of it: 201 says that it arrived, the status whether it worked."""
    mapped = instance.imports.get(staging)
    if mapped is None:
        raise Denied(400, f"Invalid table {staging}")
    with instance.lock:
        instance.last_import += 1
        row = {"sys_id": secrets.token_hex(16), **{name: as_string(value) for name, value in values.items()}}
        instance.staged[row["sys_id"]] = row
        result = _transformed(instance, mapped, row, by, base)
    return {"import_set": f"ISET{instance.last_import:07}", "staging_table": staging, "result": [result]}


def as_string(value: object) -> str:
    """Only strings are accepted; of a nested object the colons become equals signs."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={as_string(each)}" for name, each in value.items()) + "}"
    return "" if value is None else str(value)


def _transformed(instance: Instance, mapped: Import, row: Record, by: User, base: str) -> dict[str, Any]:
    said = {target: row[source] for source, target in mapped.columns.items() if source in row}
    answer = {"transform_map": mapped.name, "table": mapped.target}
    key = {name: said.get(name, "") for name in mapped.coalesce}
    if not any(key.values()):
        return answer | {"status": "error", "error_message": f"Coalesce field is empty: {', '.join(key)}"}
    rows = instance.tables[mapped.target]
    found = next((each for each in rows.values() if all(each.get(n) == v for n, v in key.items())), None)
    try:
        if found is None:
            record, status = writing.insert(instance, mapped.target, said, by), "inserted"
        else:
            changed = writing.update(instance, mapped.target, found["sys_id"], said, by, shown=False)
            record, status = rows[found["sys_id"]], "updated" if changed else "ignored"
    except Denied as denied:
        return answer | {"status": "error", "error_message": denied.detail or denied.message}
    named = NAMED_BY[mapped.target]
    link = f"{base}/api/now/table/{mapped.target}/{record['sys_id']}"
    answer |= {"display_name": named, "display_value": record[named], "record_link": link}
    return answer | {"status": status, "sys_id": record["sys_id"]}
