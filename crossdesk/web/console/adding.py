"""Adding proof to a case: a file of evidence, or a list of references as text or as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from crossdesk.access import Invalid
from crossdesk.cases import evidence, references
from crossdesk.cases.identifiers import KINDS
from crossdesk.cases.models import Case
from crossdesk.cases.questions import read_case
from crossdesk.kit.time import now
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.composing import choices
from crossdesk.web.console.forms import ActForm


class Addition(ActForm):
    audience = forms.ChoiceField(label="Who may read it")

    def prepare(self) -> None:
        file = read_case(self.about.case, self.about.viewer)
        field = self.fields["audience"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.value, f"{each.label} ({each.readers})") for each in choices(file, now())]


class AddEvidence(Addition):
    file = forms.FileField(
        label="File", help_text="At most 25 MB.", error_messages={"required": "Choose a file first."}
    )
    field_order = ("file", "audience")


class AddReferences(Addition):
    kind = forms.ChoiceField(label="What they are", choices=list(KINDS.items()))
    text = forms.CharField(
        label="One on each line", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    file = forms.FileField(label="Or a file with one on each line", required=False)
    field_order = ("kind", "text", "file", "audience")


def add_evidence(
    case: Case, *, file: UploadedFile[Any], audience: str, by: Viewer, at: datetime, seen: int | None = None
) -> None:
    evidence.add(case, file.name or "", file.chunks(), by=by, at=at, audience=audience, seen=seen)


def add_references(
    case: Case,
    *,
    kind: str,
    text: str,
    file: UploadedFile[Any] | None,
    audience: str,
    by: Viewer,
    at: datetime,
    seen: int | None = None,
) -> None:
    if bool(file) == bool(text.strip()):
        raise Invalid("Give the list either as text or as a file.")
    chunks: Iterable[bytes] = file.chunks() if file else [text.encode()]
    references.add_list(
        case, chunks, kind, by=by, at=at, source=(file.name or "") if file else "", to=audience, seen=seen
    )
