"""Its person by script: one step with each case at a time, so that a rehearsal has somebody at the other end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.playing import steps_of
from crossdesk.commands.partner_desk.servicenow.instance import Denied, Instance, User
from crossdesk.commands.partner_desk.servicenow.person import Person
from crossdesk.exchange.conformance.saying import asks_to_be_refused

STEPS: dict[str, Callable[[Person, str], None]] = {
    "begin": Person.begin,
    "comment": lambda person, number: person.comment(number, "We look into it."),
    "note": lambda person, number: person.note(number, "For colleagues only; this must not cross."),
    "ask": lambda person, number: person.ask_the_caller(number, "Which MPANs are affected?"),
    "hold": Person.wait_for_vendor,
    "resolve": lambda person, number: person.resolve(number, "The service was restarted."),
    "refuse": lambda person, number: person.cancel(number, person.instance.faults.refusal),
    "unknown": lambda person, number: person.change(number, state="42"),
}


@dataclass
class Player:
    person: Person
    plays: Sequence[str]
    done: dict[str, int] = field(default_factory=dict)

    def step(self) -> Iterator[str]:
        """The next of each case, told in a line. An answer is waited for, and what is disputed is resolved again."""
        for row in list(self.person.instance.tables["incident"].values()):
            played = self.done.get(row["sys_id"], 0)
            name = self.plays[played] if played < len(self.plays) else "resolve" if self._disputed(row) else ""
            if asks_to_be_refused(row["short_description"]) or (self.person.instance.faults.refuses and not played):
                name = "refuse"
            if not name or row["state"] in ("7", "8") or (row["state"], row["hold_reason"]) == ("3", "1"):
                continue
            try:
                STEPS[name](self.person, row["number"])
            except Denied as denied:
                yield f"{row['number']}: {name} is refused: {denied.detail or denied.message}"
            else:
                yield f"{row['number']}: {name}"
            self.done[row["sys_id"]] = played + 1

    def _disputed(self, row: dict[str, str]) -> bool:
        return "resolve" in self.plays and row["state"] == "2" and row["reopen_count"] != "0"


def player(user: str, password: str, plays: str, faults: Faults) -> Player:
    steps = steps_of(plays, STEPS)
    instance = Instance(faults=faults)
    instance.add_user(User(user, password))
    person = Person(instance, instance.add_user(User("ada.byron", password)))
    return Player(person, steps)
