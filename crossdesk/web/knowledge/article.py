"""One article as its reader has it: words, files, versions and their differences, and "did this solve it?"."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from crossdesk import rulebook
from crossdesk.access import Refused
from crossdesk.kit.markdown import rendered
from crossdesk.kit.time import london, now
from crossdesk.knowledge import answering, attaching, policy, questions
from crossdesk.knowledge.differing import difference
from crossdesk.knowledge.lifecycle import State
from crossdesk.knowledge.models import Article, Attachment, Draft, Version
from crossdesk.web.seeing import Seen


def found(reference: str) -> Article:
    """Found as the viewer: an article for others does not exist for them."""
    held = questions.find_article(reference)
    if held is None:
        raise Http404
    return held


@require_GET
def article(request: HttpRequest, reference: str) -> HttpResponse:
    return show(request, found(reference))


def show(request: HttpRequest, held: Article, trouble: str = "") -> HttpResponse:
    viewer, at, book = cast(Seen, request).viewer, now(), rulebook.current()
    ours = viewer.works_at(held.desk_id)
    files = questions.files_of(held)
    context = {
        "article": held,
        "page": rendered(held.words),
        "files": [each for each in files if each.since] if not ours else files,
        "versions": questions.versions_of(held),
        "systems": [(key, book.systems[key].name) for key in held.systems if key in book.systems],
        "codes": [(code, code in book.codes or code in book.interfaces) for code in held.codes],
        "interfaces": book.interfaces,
        "mine": questions.own_answer(held, viewer),
        "may_answer": held.state == State.PUBLISHED and policy.why_not_answer(viewer) is None,
        "ours": ours,
        "draft": Draft.objects.filter(article=held).first() if ours else None,
        "tally": questions.tally([held.desk_id], held) if ours else None,
        "said": list(held.answers.exclude(words="")[:20]) if ours else [],
        "overdue": held.overdue(london(at).date()),
        "trouble": trouble,
        "at": at,
    }
    return render(request, "knowledge/article.html", context, status=422 if trouble else 200)


@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """While raising, the answer stands in place of the question; on the article's page the page is shown again."""
    held, viewer = found(reference), cast(Seen, request).viewer
    solved, raising = request.POST.get("solved") == "yes", request.POST.get("raising") == "yes"
    try:
        answering.answer(held, solved, by=viewer, at=now(), raising=raising, words=request.POST.get("words", ""))
    except Refused as refused:
        return show(request, held, refused.sentence)
    if request.headers.get("HX-Request"):
        return render(request, "knowledge/answered.html", {"article": held, "solved": solved, "raising": raising})
    thanks = "Good that it is solved; nothing was raised." if solved and raising else "Its desk reads what you said."
    messages.success(request, thanks)
    return redirect(f"/knowledge/{held}/" if solved or not raising else "/raise/")


@require_GET
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    held = found(reference)
    one = _version(held, number)
    return render(request, "knowledge/version.html", {"article": held, "version": one, "page": rendered(one.words)})


@require_GET
def compared(request: HttpRequest, reference: str) -> HttpResponse:
    held = found(reference)
    versions = questions.versions_of(held)
    numbers = sorted(each.number for each in versions)
    older, newer = (_number(request, name, numbers) for name in ("from", "to"))
    if len(numbers) > 1 and older is None and newer is None:
        older, newer = numbers[-2], numbers[-1]
    one, other = (_version(held, each) if each else None for each in (older, newer))
    lines = difference(_whole(one), _whole(other)) if one and other else []
    context = {"article": held, "versions": versions, "one": one, "other": other, "lines": lines}
    return render(request, "knowledge/difference.html", context)


@require_GET
def file(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    held = Attachment.objects.filter(pk=pk, article=found(reference)).first()
    if held is None:
        raise Http404
    response = StreamingHttpResponse(attaching.stream(held, cast(Seen, request).viewer), content_type=held.media_type)
    response["Content-Disposition"] = content_disposition_header(True, held.name) or "attachment"
    response["Content-Length"] = str(held.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _version(held: Article, number: int) -> Version:
    one = Version.objects.filter(article=held, number=number).first() if number < 32_000 else None
    if one is None:
        raise Http404
    return one


def _number(request: HttpRequest, name: str, numbers: list[int]) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 and int(given) in numbers else None


def _whole(one: Version) -> str:
    return f"# {one.title}\n\n{one.summary}\n\n{one.words}"
