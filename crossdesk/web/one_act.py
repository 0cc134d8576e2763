"""One act on a page of its own: its form, and the one call of its verb. What is refused keeps its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect

from crossdesk.access import Moved, Refused
from crossdesk.kit.time import now
from crossdesk.web.acts import Act, OneForm
from crossdesk.web.console.acting import status_of
from crossdesk.web.console.rendering import show
from crossdesk.web.seeing import Seen


class PartyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple


@dataclass(frozen=True)
class Place:
    """Where an act is done: the verb's noun, the page it leads back to, and what that is called."""

    noun: Any
    back: str
    back_words: str
    title: str
    done: str
    words: str = ""
    why_not: str = ""
    stands: str = ""
    edition: int | None = None
    after: Callable[[Any], str] | None = None
    """Where what the verb made is found; else one goes back."""


def perform(request: Seen, act: Act, about: Any, place: Callable[[], Place]) -> HttpResponse:
    """`place` is asked again after a refusal, so that its words are those that stand now."""
    where = place()
    if request.method == "GET":
        asked = {name: value[:200] for name, value in request.GET.items() if name in act.form.base_fields}
        form = act.form(about=about, initial=asked)
        return _page(request, act, form, where, where.why_not, 200)
    form = act.form(request.POST, about=about)
    if not form.is_valid():
        return _page(request, act, form, where, "", 422)
    try:
        made = act.do(*([where.noun] if where.noun is not None else []), by=about.viewer, at=now(), **form.cleaned_data)
    except Refused as refused:
        again = place()
        if isinstance(refused, Moved):
            data = cast(QueryDict, form.data).copy()
            data["edition"] = str(again.edition if again.edition is not None else "")
            form.data = data
        return _page(request, act, form, again, refused.sentence, status_of(refused), moved=isinstance(refused, Moved))
    messages.success(request, where.done)
    answer: HttpResponseRedirect = redirect(where.after(made) if where.after else where.back)
    return answer


def _page(
    request: Seen, act: Act, form: OneForm, place: Place, sentence: str, status: int, *, moved: bool = False
) -> HttpResponse:
    context = {
        "act": act,
        "form": form,
        "place": place,
        "sentence": sentence,
        "closed_to_viewer": bool(sentence) and not form.is_bound,
        "stands": place.stands if moved else "",
    }
    return show(request, "problems/act.html", context, status=status)
