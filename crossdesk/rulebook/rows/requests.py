"""What can be asked for, with its form, approvals and steps."""

from __future__ import annotations

from dataclasses import dataclass

from .row import Row


@dataclass(frozen=True, kw_only=True)
class ServiceRequest(Row):
    """Something that can be asked for: by whom, and at which desk it becomes a case."""

    name: str
    group: str
    purpose: str
    desk: str
    query_type: str
    asked_by: tuple[str, ...]
    words: tuple[str, ...]
    system: str = ""
    priority: str = "P4"


@dataclass(frozen=True, kw_only=True)
class FormField(Row):
    """One question of a request's form. Its key is the request's, a dot, and its own name."""

    request: str
    label: str
    kind: str
    order: int
    required: bool = True
    help: str = ""
    choices: tuple[str, ...] = ()
    own: bool = False  # only what the asking party itself holds
    ahead: int = 0  # a date: at least so many days from today
    past: bool = False  # a date: may lie in the past
    partners: tuple[str, ...] = ()  # a party: one with any of these roles

    @property
    def name(self) -> str:
        return self.key.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Approval(Row):
    """Whose word a request needs. Those of one order are asked together, the next order after them."""

    request: str
    by: str  # asker, desk or partner
    role: str
    because: str
    order: int = 1
    people: int = 1  # so many different people
    four_eyes: bool = True  # not whoever asked
    delegates: bool = False  # whoever acts for that party by a delegation may approve too
    named_in: str = ""  # the field that names the partner
    object_within_days: int = 0  # working days to object in; after them silence is consent


@dataclass(frozen=True, kw_only=True)
class FulfilmentTask(Row):
    """A step of the work. Those of one order stand open together, the next order after them."""

    request: str
    name: str
    order: int
    by: str  # asker, desk, or another desk's key
    what: str = ""  # what another desk is asked
    system: str = ""
    minutes: int = 0  # 0: nobody has published a figure, and the operator has set none
    calendar: str = ""
    proof: str = ""  # read off the records of that kind; nobody ticks it
