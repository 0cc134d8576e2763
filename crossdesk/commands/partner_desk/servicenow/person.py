"""The person at the far desk, at work in their own tool: what they do there is all that we ever learn of."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk.commands.partner_desk.servicenow import writing
from crossdesk.commands.partner_desk.servicenow.instance import Instance, User


@dataclass(frozen=True)
class Person:
    instance: Instance
    user: User

    def change(self, incident: str, **values: str) -> None:
        sys_id = self.instance.incident(incident)["sys_id"]
        writing.update(self.instance, "incident", sys_id, values, self.user, shown=False)

    def comment(self, incident: str, words: str) -> None:
        self.change(incident, comments=words)

    def note(self, incident: str, words: str) -> None:
        """For colleagues only; it must never cross."""
        self.change(incident, work_notes=words)

    def begin(self, incident: str) -> None:
        self.change(incident, state="2")

    def ask_the_caller(self, incident: str, words: str) -> None:
        self.change(incident, state="3", hold_reason="1", comments=words)

    def wait_for_vendor(self, incident: str) -> None:
        self.change(incident, state="3", hold_reason="4")

    def resolve(self, incident: str, notes: str, code: str = "Solution provided") -> None:
        self.change(incident, state="6", close_code=code, close_notes=notes)

    def cancel(self, incident: str, notes: str) -> None:
        self.change(incident, state="8", close_notes=notes)
