"""Everything the raise page shows about one draft: the answers, the gate, what is asked for, what was pasted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.http import HttpRequest

from crossdesk.access import Refused
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.listed import Listed, read_list
from crossdesk.known_errors.finding import Likely, likely, named
from crossdesk.rulebook import Rulebook, current
from crossdesk.threads.viewer import Viewer
from crossdesk.web.portal.answers import Answers, answers
from crossdesk.web.portal.checklist import Item, checklist
from crossdesk.web.portal.draft import Draft
from crossdesk.web.portal.gatekeeping import Panel, panel_for
from crossdesk.web.seeing import Seen

EVIDENCE = "file-"
SHORTEST, AT_MOST = 3, 3
MORE = ("sender_references", "correlations", "timestamps", "area", "change_reference")


@dataclass(frozen=True)
class Sheet:
    book: Rulebook
    draft: Draft
    answers: Answers
    panel: Panel | None
    items: list[Item]
    viewer: Viewer

    @cached_property
    def known(self) -> list[Likely]:
        """What is known to go wrong that this may be, as far as it is published to the raiser: by what the form says
        and brings, then by the words that were looked up. Read where it is drawn."""
        draft = self.draft
        said = " ".join(draft[name] for name in ("ask", "summary", "impact", "suspected_cause", "investigated"))
        if len(said.strip()) < SHORTEST:
            return []
        query = self.panel.query if self.panel else None
        found = likely(said, (query.system,) if query else (), (), draft.codes, (), self.viewer, AT_MOST)
        there = {each.known.pk for each in found}
        more = named(draft["ask"], self.viewer, AT_MOST) if draft["ask"] else []
        by_words = [Likely(each, "Goes by these words", 0) for each in more if each.pk not in there]
        return [*found, *by_words][:AT_MOST]

    @property
    def pasted(self) -> list[Listed]:
        """What the pasted lists come to; a paste that is no list at all is told when it is sent."""
        tallies = []
        for kind, text in self.draft.references.items():
            with suppress(Refused):
                tallies.append(read_list([text.encode()], kind))
        return tallies

    def kind_of(self, listed: Listed) -> str:
        return KINDS[listed.kind]

    @property
    def more_is_filled(self) -> bool:
        return any(self.draft[name] for name in MORE)

    def asks_for(self, *keys: str) -> bool:
        return any(item.key in keys for item in self.items)

    @property
    def scenario_choices(self) -> list[tuple[str, str]]:
        return [(row.key, f"{row.row}. {row.trigger}") for row in self.book.scenarios.values()]


def sheet_for(request: HttpRequest, draft: Draft) -> Sheet:
    book = current()
    viewer = cast(Seen, request).viewer
    panel = panel_for(book, draft, viewer.party)
    items = checklist(book, draft, panel, chosen_files(request)) if panel else []
    return Sheet(book, draft, answers(book, draft["ask"], viewer), panel, items, viewer)


def chosen_files(request: HttpRequest) -> set[str]:
    """A part of the page that asks again names the chosen files; only raising sends them."""
    named = {name for name, value in request.POST.items() if value and name.startswith(("list", EVIDENCE))}
    return named | set(request.FILES)
