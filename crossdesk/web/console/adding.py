"""Adding proof to a case: a file of evidence, or a list of references as text or as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from crossdesk.cases import evidence, references
from crossdesk.cases.identifiers import KINDS, recognised
from crossdesk.cases.models import Case
from crossdesk.cases.questions import read_case
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.composing import choices
from crossdesk.web.console.forms import ActForm
from crossdesk.web.uploading import Given, Lists


class Addition(ActForm):
    audience = forms.ChoiceField(label="Who may read it")

    def prepare(self) -> None:
        file = read_case(self.about.case, self.about.viewer)
        field = self.fields["audience"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.value, f"{each.label} ({each.readers})") for each in choices(file, now())]


class AddEvidence(Addition):
    file = forms.FileField(
        label="File",
        help_text="At most 25 MB.",
        error_messages={"required": "Choose a file first."},
        widget=forms.FileInput(attrs={"data-largest": "25"}),
    )
    field_order = ("file", "audience")


class AddReferences(Addition):
    kind = forms.ChoiceField(label="What they are", choices=list(KINDS.items()))
    text = forms.CharField(
        label="One on each line",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-long-list": "f-file"}),
        help_text="Or the rows copied from the message journal of the DIP Portal: each kind becomes a list of its own.",
    )
    file = forms.FileField(
        label="Or a file with one on each line",
        required=False,
        widget=forms.FileInput(attrs={"data-largest": "200"}),
        help_text="Up to a million different lines and 200 MB.",
    )
    field_order = ("kind", "text", "file", "audience")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, text, file = given.pop("kind", ""), given.pop("text", ""), given.pop("file", None)
        if bool(file) == bool(text.strip()):
            raise forms.ValidationError("Give the list either as text or as a file.")
        if file:
            return given | {"lists": [Given(kind, file.chunks(), file.name or "", file.size or 0)]}
        return given | {"lists": [Given(each, [part.encode()]) for each, part in recognised(text, kind).items()]}


def add_evidence(
    case: Case, *, file: UploadedFile[Any], audience: str, by: Viewer, at: datetime, seen: int | None = None
) -> None:
    evidence.add(case, file.name or "", file.chunks(), by=by, at=at, audience=audience, seen=seen)


def add_references(
    case: Case, *, lists: Lists, audience: str, by: Viewer, at: datetime, seen: int | None = None
) -> None:
    """All or none. What the first adds its giver has not seen, and it is nobody else's doing."""
    with transaction.atomic():
        for number, (listed, source) in enumerate(lists):
            already = seen if number == 0 else None
            references.keep_list(case, listed, by=by, at=at, source=source, to=audience, seen=already)
