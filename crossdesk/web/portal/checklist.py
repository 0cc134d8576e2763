"""The evidence a desk asks for, and what of it is already in the form."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.evidence import Required, required_evidence
from crossdesk.web.portal.draft import Draft
from crossdesk.web.portal.gatekeeping import Panel

FIELDS: dict[str, tuple[str, ...]] = {
    "summary": ("summary",),
    "description-and-impact": ("impact",),
    "suspected-cause": ("suspected_cause",),
    "investigation-evidence": ("investigated",),
    "references": ("mpans", "transactions", "sender_references", "correlations"),
    "transaction-id": ("transactions",),
    "mpan": ("mpans",),
    "timestamp": ("started_at", "timestamps"),
    "affected-count": ("affected", "mpans"),
}
"""What the form's own fields already answer; everything else is asked for by its name, in words or as a file."""


@dataclass(frozen=True)
class Item:
    required: Required
    have: str

    @property
    def key(self) -> str:
        return self.required.evidence.key

    @property
    def own_field(self) -> bool:
        return self.key in FIELDS


def checklist(book: Rulebook, draft: Draft, panel: Panel, files: Container[str]) -> list[Item]:
    desk = panel.chosen.rule if panel.chosen and panel.chosen.rule in book.desks else ""
    query = panel.query.key if panel.query else ""
    scenario = draft["scenario"] if draft["scenario"] in book.scenarios else ""
    return [
        Item(required, _have(required.evidence.key, draft, files))
        for required in required_evidence(book, query, desk, scenario)
    ]


def missing(items: list[Item]) -> tuple[str, ...]:
    return tuple(item.key for item in items if not item.have)


def _have(key: str, draft: Draft, files: Container[str]) -> str:
    if f"file-{key}" in files:
        return "a file"
    if draft.said.get(key):
        return "in your words"
    if key in {"mpan", "references", "affected-count"} and "list" in files:
        return "the list you chose"
    if key == "error-code" and draft.codes:
        return f"{', '.join(draft.codes)}, found in your words"
    if key == "transaction-id" and "transaction" in draft.references:
        return "given"
    if key == "mpan" and draft.lines:
        return f"{len(draft.lines):,} line{'' if len(draft.lines) == 1 else 's'}"
    return "given" if any(draft[name] for name in FIELDS.get(key, ())) else ""
