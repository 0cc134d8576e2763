"""The page that describes the API and lets one try it: drawn from the description itself, so it says nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.accounts.scopes import OPENS
from crossdesk.api.native.described import description
from crossdesk.api.native.telling import V1
from crossdesk.api.trouble import KINDS

JSON = "application/json"


@dataclass(frozen=True)
class Field:
    """A parameter or a member: its name, what it holds in words, and what may be put there to begin with."""

    name: str
    holds: str
    place: str = ""
    required: bool = False
    about: str = ""
    start: str = ""


@dataclass(frozen=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    about: str
    scopes: list[str]
    parameters: list[Field] = field(default_factory=list)
    members: list[Field] = field(default_factory=list)
    body_about: str = ""
    example: str = ""
    files: bool = False
    answers: list[tuple[str, str]] = field(default_factory=list)


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    context = {
        "groups": groups(),
        "scopes": OPENS.items(),
        "root": V1,
        "address": settings.SITE_URL,
        "rate": settings.API_RATE,
    }
    return render(request, "api/reference.html", context)


@require_GET
def problems(request: HttpRequest) -> HttpResponse:
    """Where the `type` of a problem leads."""
    return render(request, "api/problems.html", {"kinds": KINDS.items()})


@cache
def groups() -> list[tuple[str, list[Operation]]]:
    told = description()
    found: dict[str, list[Operation]] = {}
    for path, operations in told["paths"].items():
        for method, each in operations.items():
            found.setdefault(each["tags"][0], []).append(_operation(told, method.upper(), path, each))
    return list(found.items())


def _operation(told: dict[str, Any], method: str, path: str, each: dict[str, Any]) -> Operation:
    contents: dict[str, Any] = each.get("requestBody", {}).get("content", {})
    media = next(iter(contents), "")
    body = contents.get(media, {})
    schema = _resolved(told, body.get("schema", {}))
    answers = sorted((status, response["description"]) for status, response in each["responses"].items())
    return Operation(
        key=each["operationId"],
        method=method,
        path=path,
        summary=each["summary"],
        about=each.get("description", "").replace("`", ""),
        scopes=each["security"][0]["Bearer"],
        parameters=[_parameter(told, one) for one in each["parameters"]],
        members=list(_members(told, schema)),
        body_about=schema.get("description", "").replace("`", ""),
        example=json.dumps(_example(told, schema), indent=2, ensure_ascii=False) if media == JSON else "",
        files=media.startswith("multipart/"),
        answers=answers,
    )


def _parameter(told: dict[str, Any], one: dict[str, Any]) -> Field:
    schema = _resolved(told, one["schema"])
    start = {"If-Match": "*"}.get(one["name"], "")
    return Field(
        one["name"], _holds(told, schema), one["in"], one.get("required", False), one.get("description", ""), start
    )


def _members(told: dict[str, Any], schema: dict[str, Any]) -> Iterator[Field]:
    required = schema.get("required", [])
    for name, each in schema.get("properties", {}).items():
        yield Field(name, _holds(told, each), required=name in required, about=each.get("description", ""))


def _resolved(told: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    known: dict[str, Any] = told["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return known


def _holds(told: dict[str, Any], schema: dict[str, Any]) -> str:
    """In a few words: what a member may be, and how much of it."""
    schema = _resolved(told, schema)
    choices = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    one = _resolved(told, choices[0]) if choices else {}
    if "enum" in one:
        return " or ".join(map(str, one["enum"]))
    kind = one.get("type", "")
    if kind == "array":
        most = f", at most {one['maxItems']:,}" if "maxItems" in one else ""
        return f"list of {_holds(told, one.get('items', {}))}{most}"
    if kind == "object" and "properties" in one:
        return "{ " + ", ".join(one["properties"]) + " }"
    words = {"string": "text", "boolean": "true or false", "integer": "number", "object": "names with their values"}
    if one.get("format") == "date-time":
        return "moment with its zone"
    if one.get("format") == "binary":
        return "file"
    most = f", at most {one['maxLength']:,} characters" if "maxLength" in one else ""
    return f"{words.get(kind, kind)}{most}"


def _example(told: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The required members, for a hand to fill in."""
    return {name: _blank(told, schema["properties"][name]) for name in schema.get("required", [])}


def _blank(told: dict[str, Any], schema: dict[str, Any]) -> Any:
    one = _resolved(told, schema)
    if "enum" in one:
        return one["enum"][0]
    if one.get("examples"):
        return one["examples"][0]
    return {"integer": 1, "boolean": False, "array": [], "object": {}}.get(one.get("type", ""), "")
