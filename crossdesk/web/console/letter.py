"""The letter as it will leave, shown before it is sent; the words stay in the writing place below it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from crossdesk.access import Refused
from crossdesk.cases.questions import read_case
from crossdesk.exchange.preview import Preview, preview
from crossdesk.kit.time import now
from crossdesk.web.console.acting import case_for, status_of
from crossdesk.web.console.composing import choices
from crossdesk.web.console.forms import About, Compose
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen


@require_POST
def letter(request: Seen, reference: str) -> HttpResponse:
    case, at = case_for(reference), now()
    form = Compose(request.POST, about=About(case, request.viewer))
    letters: list[Preview] = []
    sentence, status = "", 200 if form.is_valid() else 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            letters = preview(
                case, to=given["audience"], words=given["words"], ask_by=given["ask_by"], by=request.viewer, at=at
            )
        except Refused as refused:
            sentence, status = refused.sentence, status_of(refused)
    file = read_case(case, request.viewer)
    context = {
        "case": case_for(reference),
        "letters": letters,
        "sentence": sentence or " ".join(str(message) for messages in form.errors.values() for message in messages),
        "form": form,
        "choices": choices(file, at),
        "seen_input": format_html('<input type="hidden" name="seen" value="{}">', form["seen"].value() or file.seen),
    }
    return show(request, "console/letter.html", context, status=status)
