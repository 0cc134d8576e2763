"""The forms of a known error. Their fields carry the names of the verb's parameters; the verb says what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms

from crossdesk.desks.models import Desk
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.writing import Description
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer
from crossdesk.web.acts import OneForm
from crossdesk.web.console.forms import Moment, words
from crossdesk.web.one_act import PartyField

CODES = "As in REG0000 or ChangeOfSupplier, also what the catalogue does not know. A case that names one finds this."
APART = re.compile(r"[,;\n]+")


@dataclass(frozen=True)
class About:
    viewer: Viewer
    known: KnownError | None = None


def several(given: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in APART.split(given) if each.strip())


def line(label: str, hint: str = "", longest: int = 200) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest)


class Describe(OneForm):
    title = line("What goes wrong, in one line", "Cases are found by it.")
    symptoms = words("What is seen")
    workaround = words("The workaround", "What helps until it is fixed, or that nothing does yet.")
    systems = line("Systems", "As in DIP, MDS; several with commas between.")
    interfaces = line("Interfaces", "As in IF-036, PUB-036.", 600)
    codes = line("Event and error codes", CODES, 1200)
    references = words("References it is known by", "One to a line; for your own desk alone.")
    words = line("Other words it goes by", "What people say when they meet it.", 600)
    fix_due = Moment(label="Fix due", required=False, help_text="Empty while there is no date.")
    fix_waits_for = line("The change or release it waits for")
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        known = self.about.known
        if known is None:
            return
        lists = {name: ", ".join(getattr(known, name)) for name in ("systems", "interfaces", "codes")}
        plain = ("title", "symptoms", "workaround", "words", "fix_due", "fix_waits_for", "edition")
        references = "\n".join(known.signs.order_by("value").values_list("value", flat=True))
        now_is = {name: getattr(known, name) for name in plain}
        self.initial = {**now_is, **lists, "references": references}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        lists = {name: several(given.get(name, "")) for name in ("systems", "interfaces", "codes", "references")}
        plain = {name: given.get(name) or "" for name in ("title", "symptoms", "workaround", "words", "fix_waits_for")}
        told: dict[str, Any] = {**plain, **lists, "fix_due": given.get("fix_due")}
        said = Description(**told)
        return {"said": said, "edition": given.get("edition")}


class Begin(Describe):
    desk = forms.ModelChoiceField(Desk.objects.none(), label="Whose", empty_label=None)
    field_order = ("desk",)

    def prepare(self) -> None:
        field = self.fields["desk"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Desk.objects.filter(pk__in=self.about.viewer.desks)

    def clean(self) -> dict[str, Any]:
        desk = (self.cleaned_data or {}).get("desk")
        return {"said": super().clean()["said"], "desk": desk}


class Readers(OneForm):
    to = forms.ChoiceField(label="Who reads it", choices=KnownError.To.choices)
    parties = PartyField(
        Party.objects.none(), label="The parties", required=False,
        help_text="Only where you name them. No reader learns who else reads.",
    )  # fmt: skip

    def prepare(self) -> None:
        field = self.fields["parties"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Party.objects.filter(closed_at=None).order_by("name")
        known = self.about.known
        if known and known.state != "draft":
            self.initial = {"to": known.to, "parties": list(known.readers.values_list("party", flat=True))}


class Fix(OneForm):
    how = words("What fixed it", "Every reader reads it, and whoever's case it answered is told.")


class Why(OneForm):
    why = words("Why")
