"""One row of the rules as a page of its own: what it says in whole words, what goes with it, who answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk import rulebook
from crossdesk.rulebook import Rulebook, reference
from crossdesk.rulebook.asking import asked
from crossdesk.rulebook.reference import EVENTS, Entry
from crossdesk.web.finding import everything
from crossdesk.web.rules.sections import SECTIONS
from crossdesk.web.seeing import Seen

BESIDE, ARTICLES = 8, 5
TOLD_AS_LINKS = {"interfaces": "Events", "query_types": "Desk"}
BY_KIND = {section.kind: section for section in SECTIONS}


@dataclass(frozen=True)
class Fact:
    """`url` where the value is a row with a page itself."""

    label: str
    value: str
    url: str = ""


@require_GET
def row_page(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    book = rulebook.current()
    entry = reference.entry_of(book, kind, key)
    if entry is None:
        raise Http404("The rules have no such row.")
    question = asked(book, about(entry))
    beside = [hit for hit in reference.search(book, question, BESIDE + 1) if hit.entry is not entry][:BESIDE]
    row = None if kind == EVENTS else book.rows(kind)[key]
    context = {
        "entry": entry,
        "facts": list(facts(book, entry)),
        "row": row,
        "section": BY_KIND.get(kind),
        "beside": [(hit.entry, everything.rule_address(hit.entry.kind, hit.entry.key)) for hit in beside],
        "articles": everything.articles(book, question, ARTICLES),
        "ask": f"/raise/?ask={entry.key}" if kind == "codes" else "",
        "viewer": cast(Seen, request).viewer,
    }
    return render(request, "rules/row.html", context)


def about(entry: Entry) -> str:
    """A code by itself: its meaning is in the words of many articles that do not answer it."""
    return entry.key if entry.kind in {"codes", "interfaces", EVENTS} else entry.title


def facts(book: Rulebook, entry: Entry) -> Iterator[Fact]:
    if entry.kind == EVENTS:
        for key in entry.also:
            held = book.interfaces[key]
            yield Fact("Carried by", f"{key} {held.name}", everything.rule_address("interfaces", key))
            yield Fact("From, to", f"{', '.join(held.senders)} to {', '.join(held.receivers) or 'not published'}")
        return
    row = book.rows(entry.kind)[entry.key]
    for label, cell in list(BY_KIND[entry.kind].columns.items())[1:]:
        if label != TOLD_AS_LINKS.get(entry.kind) and (value := cell(book, row)):
            yield Fact(label, value)
    yield from _more(book, entry)


def _more(book: Rulebook, entry: Entry) -> Iterator[Fact]:
    if entry.kind == "codes":
        family = book.families[book.codes[entry.key].family]
        yield Fact("Answered by", family.answered_by)
        yield Fact("Who helps", family.help_desk)
        for key in family.desks:
            yield Fact("Desk", book.desks[key].name, everything.rule_address("desks", key))
    elif entry.kind == "query_types":
        for desk in book.desks_covering(entry.key):
            yield Fact("Ask", desk.name, everything.rule_address("desks", desk.key))
    elif entry.kind == "interfaces":
        for event in book.interfaces[entry.key].events:
            yield Fact("Event", event, everything.rule_address(EVENTS, event))
