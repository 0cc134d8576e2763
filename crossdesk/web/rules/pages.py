"""The rules in force, row by row with their sources: what the desks, the clocks and the forms go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.rulebook import Rulebook, current, reference
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.kinds import KINDS
from crossdesk.web.rules.section import Section
from crossdesk.web.rules.sections import SECTIONS

SHORTEST = 3


@dataclass(frozen=True)
class Line:
    """One row as a reader meets it. `anchor` is its place on the page, `url` the page of its own if it has one."""

    anchor: str
    cells: tuple[str, ...]
    url: str
    source: str
    note: str
    published: bool


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    book = current()
    context = {
        "sections": [(each, list(lines(book, each))) for each in SECTIONS],
        "edition": digest(book)[:12],
    }
    return render(request, "rules/rules.html", context)


def lines(book: Rulebook, section: Section) -> Iterator[Line]:
    paged = reference.keys(book)
    for row in book.rows(section.kind).values():
        cells = tuple(cell(book, row) for cell in section.columns.values())
        anchor = f"{KINDS[section.kind].table}-{row.key}"
        url = f"/rules/{section.kind}/{row.key}/" if (section.kind, row.key) in paged else f"/rules/#{anchor}"
        yield Line(anchor, cells, url, row.source, row.note, row.published)


def rules_named(book: Rulebook, words: str, at_most: int) -> list[tuple[str, str]]:
    """What the palette leads to: sections, then rows whose name or trigger holds all the words; label and address."""
    wanted = words.lower().split()
    if len(words.strip()) < SHORTEST:
        return []
    named = [(f"Rules: {each.title}", f"/rules/#{each.kind}") for each in SECTIONS]
    named += [(f"Rule: {line.cells[0]}", line.url) for each in SECTIONS for line in lines(book, each)]
    return [each for each in named if all(word in each[0].lower() for word in wanted)][:at_most]
