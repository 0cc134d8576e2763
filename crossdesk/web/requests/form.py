"""A request's form as its page shows it: each question with what was answered, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from crossdesk.kit.time import london
from crossdesk.parties.models import MarketRole
from crossdesk.requests import catalogue
from crossdesk.requests.checking import LONGEST, Unfit, check, partners_for
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.requesting import ASKER, DESK, approvals_of, edition_of, fields_of, tasks_of
from crossdesk.rulebook.rows.requests import Approval, FormField, FulfilmentTask, ServiceRequest
from crossdesk.threads.viewer import Viewer
from crossdesk.web.rules.section import duration

INPUTS = {"words": "textarea", "date": "date", "email": "email"}
OWN_REFERENCE = "own-reference"


@dataclass(frozen=True)
class Question:
    """What the field macro of the pages draws."""

    name: str
    label: str
    kind: str
    value: str
    hint: str
    error: str
    choices: list[tuple[str, str]]
    required: bool
    mono: bool
    extra: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    book: Rulebook
    row: ServiceRequest
    viewer: Viewer
    at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    draft: UUID = field(default_factory=uuid4)

    @property
    def edition(self) -> str:
        return edition_of(self.book, self.row.key)

    @cached_property
    def why_not(self) -> str | None:
        held = catalogue.roles_of(self.viewer.party)
        return catalogue.why_not_ask(self.book, self.row, held, self.viewer.party_name)

    @cached_property
    def questions(self) -> list[Question]:
        held = list(MarketRole.objects.filter(party=self.viewer.party).order_by("pk"))
        return [self.question(each, held) for each in fields_of(self.book, self.row.key)]

    def question(self, row: FormField, held: list[MarketRole]) -> Question:
        choices = self._choices(row, held)
        value = self.answers.get(row.name, "")
        if not value and row.required and len(choices) == 2 and row.kind in {"role", "mpid", "dip-id"}:
            value = choices[1][0]  # there is only one it can be
        return Question(
            name=row.name,
            label=row.label if row.required else f"{row.label} (may stay empty)",
            kind="select" if choices else INPUTS.get(row.kind, "text"),
            value=value,
            hint=row.help,
            error=self.wrong.get(row.name, ""),
            choices=choices,
            required=row.required,
            mono=row.kind in {"mpid", "dip-id", "domain"},
            extra=self._extra(row),
        )

    def _choices(self, row: FormField, held: list[MarketRole]) -> list[tuple[str, str]]:
        others = partners_for(self.book, row).exclude(pk=self.viewer.party)
        pairs = catalogue.choices_of(self.book, row, held, others)
        listed = row.kind in {"choice", "role", "party"} or (row.kind in {"mpid", "dip-id"} and row.own)
        return [("", "Choose"), *pairs] if listed else []

    def _extra(self, row: FormField) -> dict[str, str]:
        extra = {"id": f"f-{row.name}"}
        if row.kind == "date" and not row.past:
            extra["min"] = (london(self.at).date() + timedelta(days=row.ahead)).isoformat()
        if row.kind in {"text", "words"}:
            extra["maxlength"] = str(LONGEST[row.kind])
        if row.kind == "dip-id" and not row.own:
            extra |= {"maxlength": "10", "autocomplete": "off", "spellcheck": "false"}
        return extra

    @property
    def asks_partner(self) -> bool:
        return any(each.kind == "party" for each in fields_of(self.book, self.row.key))

    @property
    def no_targets(self) -> bool:
        return not any(each.minutes for each in tasks_of(self.book, self.row.key))

    @property
    def approvals(self) -> list[tuple[Approval, str]]:
        return [(each, self._whose(each)) for each in approvals_of(self.book, self.row.key)]

    def _whose(self, row: Approval) -> str:
        role = row.role.replace("_", " ") if row.role != "administrator" else "party administrator"
        of = {ASKER: self.viewer.party_name, DESK: self.book.desks[self.row.desk].name}.get(row.by, "the one you name")
        people = f"{row.people} different people, each a {role}" if row.people > 1 else f"A {role}"
        return f"{people} of {of}"

    @property
    def steps(self) -> list[tuple[FulfilmentTask, str, str]]:
        return [(each, self._doer(each), self._within(each)) for each in tasks_of(self.book, self.row.key)]

    def _doer(self, row: FulfilmentTask) -> str:
        desk = self.book.desks[self.row.desk].name
        return {ASKER: self.viewer.party_name, DESK: desk}.get(row.by) or self.book.desks[row.by].name

    def _within(self, row: FulfilmentTask) -> str:
        return f"within {duration(row.minutes)}" if row.minutes else ""


def wrong_in(sheet: Sheet, party: Any) -> Mapping[str, str]:
    """What is wrong with the answers as they stand, by field."""
    try:
        check(sheet.book, sheet.row.key, sheet.answers, party=party, at=sheet.at)
    except Unfit as unfit:
        return unfit.by_field
    return {}
