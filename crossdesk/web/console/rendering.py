"""A whole page, or one named block of it: what refreshes in place is the same template asked again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import engines
from jinja2_fragments import render_block


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, parts: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    """`parts` are the blocks that may be asked for alone, as `?part=`."""
    part = request.GET.get("part", "")
    if part not in parts:
        return render(request, template, context, status=status)
    engine: Any = engines["jinja2"]
    for processor in engine.template_context_processors:
        context = {**processor(request), **context}
    context |= {"request": request, "csrf_token": get_token(request)}
    return HttpResponse(render_block(engine.env, template, part, **context), status=status)
