"""What an act is on every page: a small resource that makes one call of one verb, its form, and its button."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Control:
    """One button of a page: where it leads, or the sentence that says why not."""

    label: str
    path: str
    why_not: str
    primary: bool = False
    key: str = ""


def by_path(acts: Iterable[Act]) -> dict[str, Act]:
    return {act.path: act for act in acts}
