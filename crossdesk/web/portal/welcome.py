"""What the raise page shows before anything was asked: what one left off, what to bring, and what goes elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk.cases import drafts
from crossdesk.cases.models import Standing
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.rows.desks import Process
from crossdesk.rulebook.rows.handling import Content
from crossdesk.threads.viewer import Viewer
from crossdesk.web.portal.my_cases import standings

A_FEW = 5


@dataclass(frozen=True)
class Welcome:
    drafts: list[drafts.Draft]
    cases: list[Standing]
    bring: list[Content]
    elsewhere: list[Process]


def welcome(book: Rulebook, viewer: Viewer) -> Welcome:
    return Welcome(
        list(drafts.mine(viewer)[:A_FEW]),
        list(standings((viewer.party_seat or 0,), "open")[:A_FEW]),
        [row for row in book.contents.values() if row.direction == "inward" and row.evidence],
        [process for process in book.processes.values() if not process.inside],
    )
