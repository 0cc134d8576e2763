"""How a record looks in an answer: values, display values or both, references with their link, chosen fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crossdesk.commands.partner_desk.servicenow.columns import NAMED_BY, TABLES, Column
from crossdesk.commands.partner_desk.servicenow.instance import Instance


def rendered(
    instance: Instance, table: str, record: Mapping[str, str], asked: Mapping[str, str], base: str
) -> dict[str, Any]:
    columns = TABLES[table]
    wanted = [each for each in asked.get("sysparm_fields", "").split(",") if each in columns] or list(columns)
    mode = asked.get("sysparm_display_value", "false")
    links = asked.get("sysparm_exclude_reference_link", "false") != "true"
    return {name: _value(instance, columns[name], record.get(name, ""), mode, links, base) for name in wanted}


def _value(instance: Instance, column: Column, value: str, mode: str, links: bool, base: str) -> Any:
    display = displayed(instance, column, value)
    link = f"{base}/api/now/table/{column.reference}/{value}" if column.reference and value and links else ""
    if mode == "all":
        return {"display_value": display, "value": value} | ({"link": link} if link else {})
    if mode == "true":
        return {"display_value": display, "link": link} if link else display
    return {"link": link, "value": value} if link else value


def displayed(instance: Instance, column: Column, value: str) -> str:
    if column.choices:
        return column.choices.get(value, value)
    if column.reference:
        return instance.tables[column.reference].get(value, {}).get(NAMED_BY[column.reference], "")
    return value
