"""A whole page, or one named block of it: what refreshes in place is the same template asked again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import engines
from jinja2_fragments import render_block

PARTIAL = '<hx-partial hx-target="#{part}[data-thread]" hx-swap="outerMorph">{html}</hx-partial>'
"""Only a part that follows its thread: a form that was opened in its place meanwhile is not written over."""


def asked_for_alone(request: HttpRequest, parts: Collection[str]) -> list[str]:
    """The parts that `?part=one,two` names; none where any of it is no part, which asks for the whole page."""
    named = request.GET.get("part", "").split(",")
    return named if set(named) <= set(parts) and len(named) <= len(parts) else []


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, parts: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    """`parts` are the blocks that may be asked for alone. Several in one answer are wrapped as htmx takes them: each
    replaces the element whose id is its name."""
    named = asked_for_alone(request, parts)
    if not named:
        return render(request, template, context, status=status)
    engine: Any = engines["jinja2"]
    for processor in engine.template_context_processors:
        context = {**processor(request), **context}
    context |= {"request": request, "csrf_token": get_token(request)}
    drawn = {part: render_block(engine.env, template, part, **context) for part in named}
    if len(drawn) > 1:
        drawn = {part: PARTIAL.format(part=part, html=html) for part, html in drawn.items()}
    return HttpResponse("".join(drawn.values()), status=status)
