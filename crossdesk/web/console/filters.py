"""What of the queue is asked for, as it stands in the address: the desk, the view, the values under each filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404

from crossdesk import rulebook
from crossdesk.cases.lifecycle import SETTLED, LegStage, Stage
from crossdesk.cases.queue import COLUMNS, FLAGS, Present, View
from crossdesk.threads.viewer import Viewer

PRIORITIES = {"1": "P1", "2": "P2", "3": "P3", "4": "P4", "5": "Not judged"}
NAMES = (*COLUMNS, "leg")
LONGEST, AT_MOST = 60, 20


@dataclass(frozen=True)
class Asked:
    """One desk's queue narrowed by a view and filters. Each link is the same with one thing changed, from its start."""

    desk: int
    name: str
    seat: int
    view: str
    chosen: Mapping[str, Sequence[str]]

    def link(self, **changed: Any) -> str:
        return self.address("/queue/", **changed)

    def address(self, path: str, **changed: Any) -> str:
        kept = {"desk": self.desk, "view": self.view, **self.query} | changed
        return f"{path}?" + urlencode({name: value for name, value in kept.items() if value not in ("", None)})

    @property
    def query(self) -> dict[str, str]:
        return {name: ",".join(values) for name, values in self.chosen.items()}

    @property
    def plain(self) -> dict[str, str]:
        """Every filter emptied, for the link that takes them all away."""
        return dict.fromkeys(NAMES, "")

    def toggled(self, name: str, value: str) -> str:
        values = list(self.chosen.get(name, ()))
        after = [each for each in values if each != value] if value in values else [*values, value]
        return self.link(**{name: ",".join(after)})

    def saved(self, kept: Mapping[str, str]) -> Asked:
        """The same desk as somebody kept it; what the rules or the desk no longer know falls away."""
        return replace(self, view=str(kept.get("view", "")), chosen=_chosen(kept))

    def same_as(self, other: Asked, view: str) -> bool:
        return self.view == view and self.query == other.query

    def view_among(self, every: Sequence[View]) -> View:
        return next((each for each in every if each.key == self.view), every[0])


def asked_of(given: Mapping[str, Any], viewer: Viewer) -> Asked:
    """The viewer's own desks only; any other is as if it were not there."""
    written = str(given.get("desk", ""))
    desk = int(written) if written.isdecimal() and len(written) < 10 else viewer.desks[0] if not written else 0
    if not viewer.works_at(desk):
        raise Http404("You work at no such desk.")
    return Asked(
        desk, viewer.desk_names[desk], viewer.desk_seats[desk], str(given.get("view", ""))[:20], _chosen(given)
    )


def _chosen(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    chosen = {name: _values(name, str(given.get(name, ""))) for name in NAMES}
    return {name: values for name, values in chosen.items() if values}


def _values(name: str, written: str) -> tuple[str, ...]:
    values = [value[:LONGEST] for value in written.replace("\0", "").split(",")[:AT_MOST]]
    known = _KNOWN.get(name)
    return tuple(dict.fromkeys(value for value in values if value and (known is None or known(value))))


_KNOWN: dict[str, Callable[[str], bool]] = {
    "priority": PRIORITIES.__contains__,
    "party": lambda value: value.isdecimal() and len(value) < 10,
}


@dataclass(frozen=True)
class Choice:
    words: str
    url: str
    on: bool


@dataclass(frozen=True)
class Menu:
    """One filter: a chip that says what is chosen, and its values to switch on and off."""

    name: str
    label: str
    choices: list[Choice]
    without: str

    @property
    def words(self) -> str:
        on = [choice.words for choice in self.choices if choice.on]
        if not on:
            return self.label
        return f"{self.label}: {on[0]}" if len(on) == 1 else f"{self.label}: {on[0]} +{len(on) - 1}"

    @property
    def on(self) -> bool:
        return any(choice.on for choice in self.choices)

    @property
    def whole(self) -> str:
        return ", ".join(choice.words for choice in self.choices if choice.on)


def menus(asked: Asked, present: Present) -> list[Menu]:
    """A value that is chosen stays in its menu, though no row of the queue has it any more."""
    stages = [(stage.value, stage.label) for stage in Stage if stage != Stage.CLOSED]
    legs = [*((flag, flag.capitalize()) for flag in FLAGS), *((s.value, s.label) for s in LegStage)]
    every = (
        ("priority", "Priority", list(PRIORITIES.items())),
        ("system", "System", [(key, system_name(key)) for key in _with_chosen(asked, "system", present.systems)]),
        ("party", "Party", _parties(asked, present.parties)),
        ("leg", "Leg state", [(key, words) for key, words in legs if key not in SETTLED or key == "declined"]),
        ("scenario", "Scenario", [(key, _scenario(key)) for key in _with_chosen(asked, "scenario", present.scenarios)]),
        ("stage", "Stage", stages),
    )
    return [_menu(asked, name, label, values) for name, label, values in every if values]


def _menu(asked: Asked, name: str, label: str, values: Iterable[tuple[str, str]]) -> Menu:
    on = asked.chosen.get(name, ())
    choices = [Choice(words, asked.toggled(name, value), value in on) for value, words in values]
    return Menu(name, label, choices, asked.link(**{name: ""}))


def _with_chosen(asked: Asked, name: str, present: Iterable[str]) -> list[str]:
    return sorted({*present, *asked.chosen.get(name, ())})


def _parties(asked: Asked, present: list[tuple[str, str]]) -> list[tuple[str, str]]:
    gone = set(asked.chosen.get("party", ())) - {key for key, _ in present}
    return [*present, *((key, "A party with no open case here") for key in sorted(gone))]


def system_name(key: str) -> str:
    """As people write it: DIP, CSS. A key that the rules no longer have is shown as it is."""
    row = rulebook.current().systems.get(key)
    return row.code if row else key


def _scenario(key: str) -> str:
    row = rulebook.current().scenarios.get(key)
    return f"{row.row}. {row.trigger}" if row else key
