"""JSON Patch (RFC 6902) on v5, as far as a ticket can be patched: read as the attributes it leaves behind."""

from __future__ import annotations

import copy
import re
from typing import Any

from crossdesk.api.tmf621.bodies import MOST, Body
from crossdesk.api.tmf621.errors import invalid
from crossdesk.api.trouble import Trouble

APPENDED = frozenset({"note", "attachment", "externalIdentifier", "relatedEntity", "relatedParty"})
INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


def merged(operations: Any, ticket: Body) -> Body:
    """The attributes that the operations change, as a merge patch would write them."""
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise invalid("A JSON Patch is a list of operations.", "invalidFormat")
    if len(operations) > MOST:
        raise invalid(f"A JSON Patch has at most {MOST} operations.", "tooManyRecords")
    after, touched = copy.deepcopy(ticket), set()
    for operation in operations:
        path = _path(operation.get("path"))
        _do(operation, path, after)
        if operation.get("op") != "test":
            touched.add(path[0])
    return {name: after.get(name) for name in touched}


def _path(written: Any) -> list[str]:
    if not isinstance(written, str) or not written.startswith("/") or len(written) < 2:
        raise invalid("A “path” begins with / and names an attribute, such as /severity or /note/-.", "invalidFormat")
    if "?" in written:
        raise invalid("Paths with a query are not offered; notes are only ever added, at /note/-.", "notOffered")
    return [part.replace("~1", "/").replace("~0", "~") for part in written[1:].split("/")]


def _do(operation: Body, path: list[str], after: Body) -> None:
    match operation.get("op"):
        case "add" | "replace" as kind if "value" in operation:
            _put(path, operation["value"], after, adding=kind == "add")
        case "remove":
            _remove(path, after)
        case "test":
            if "value" not in operation or _at(path, after) != operation["value"]:
                where = "/" + "/".join(path)
                raise Trouble(
                    409, "test-failed", f"The ticket does not hold at {where[:100]} what the patch tests for."
                )
        case "add" | "replace":
            raise invalid("An operation “add” or “replace” has a “value”.", "missingProperty")
        case _:
            raise invalid("An operation is add, replace, remove or test.", "invalidValue")


def _put(path: list[str], value: Any, after: Body, *, adding: bool) -> None:
    name, *rest = path
    if adding and name in APPENDED and rest in ([], ["-"]):
        value = value if isinstance(value, list) and not rest else [value]
        after[name] = [*after.get(name, []), *value]
        return
    if not rest:
        if not adding and name not in after:
            raise Trouble(409, "not-there", f"The ticket has no “{name[:60]}” to replace; add it.")
        after[name] = value
        return
    holder, last = _holder(path, after), path[-1]
    if isinstance(holder, dict):
        holder[last] = value
    elif last == "-" and adding:
        holder.append(value)
    elif adding:
        holder.insert(_index(last, len(holder) + 1), value)
    else:
        holder[_index(last, len(holder))] = value


def _remove(path: list[str], after: Body) -> None:
    if path[0] in {"note", "attachment"}:
        raise invalid("Notes and attachments are only ever added.", "unexpectedProperty")
    holder, last = _holder(path, after), path[-1]
    if isinstance(holder, dict):
        if last not in holder:
            raise Trouble(409, "not-there", f"The ticket has nothing at /{'/'.join(path)[:100]} to remove.")
        del holder[last]
    else:
        del holder[_index(last, len(holder))]


def _at(path: list[str], after: Body) -> Any:
    holder, last = _holder(path, after), path[-1]
    return holder.get(last) if isinstance(holder, dict) else holder[_index(last, len(holder))]


def _holder(path: list[str], after: Body) -> Any:
    here: Any = after
    for part in path[:-1]:
        here = here.get(part) if isinstance(here, dict) else here[_index(part, len(here))]
        if not isinstance(here, dict | list):
            raise Trouble(409, "not-there", f"The ticket has nothing at /{'/'.join(path)[:100]}.")
    return here


def _index(written: str, length: int) -> int:
    if not INDEX.fullmatch(written) or int(written) >= length:
        raise Trouble(409, "not-there", f"There is no member {written[:20]} in that list.")
    return int(written)
