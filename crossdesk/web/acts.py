"""What an act is on every page: a small resource that makes one call of one verb, its form, and its button."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, cast

from django import forms
from django.http import QueryDict

Noun = Callable[[Any], Any]
"""What the verb acts on, of what the form is about."""


class OneForm(forms.Form):
    """Nothing to fill in: the button is the whole act. `about` is the act's own."""

    def __init__(self, *args: Any, about: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.prepare()

    def prepare(self) -> None:
        """Limits the choices to what this viewer may choose here, and fills in what stands."""

    def look_again(self, seen: int) -> None:
        """What changed is on the page now, so the next press counts as having seen it."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = str(seen)
        self.data = data


@dataclass(frozen=True)
class Act:
    """`path` is its address below its noun, `do` the verb; the form's fields are the verb's parameters."""

    path: str
    move: str
    label: str
    do: Callable[..., Any]
    form: type[OneForm] = OneForm
    noun: Noun = attrgetter("noun")
    side: str = "owner"
    """Whose button it is, where a page offers different ones to different sides."""
    steps: bool = False
    """It moves the record on, so it stands below the title."""
    saves: bool = False
    primary: bool = False
    key: str = ""

    @property
    def at_once(self) -> bool:
        """No words are needed: its button does it."""
        return not any(not field.widget.is_hidden for field in self.form.base_fields.values())

    def control(self, why_not: str | None) -> Control:
        return Control(self.label, self.path, why_not or "", self.primary and not why_not, self.key)


@dataclass(frozen=True)
class Control:
    """One button of a page: where it leads, or the sentence that says why not."""

    label: str
    path: str
    why_not: str
    primary: bool = False
    key: str = ""


@dataclass(frozen=True)
class Offered:
    """The buttons of a page: those that move its record on, and those beside its panels by their path."""

    steps: list[Control] = field(default_factory=list)
    beside: dict[str, Control] = field(default_factory=dict)


def offered(acts: Mapping[str, Act], possible: Container[str], why_not: Callable[[Act], str | None]) -> Offered:
    """Nothing of what this state no longer has; what policy refuses stays visible with its sentence, last."""
    told = [(act, act.control(why_not(act))) for act in acts.values() if act.move in possible]
    steps = sorted((each for act, each in told if act.steps), key=lambda each: bool(each.why_not))
    return Offered(steps, {each.path: each for act, each in told if not act.steps})


def by_path(acts: Iterable[Act]) -> dict[str, Act]:
    return {act.path: act for act in acts}
