"""Writing and publishing, for the desk whose article it is. A refusal shows the page again with everything written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk import rulebook
from crossdesk.access import Invalid, Refused
from crossdesk.cases.articles import draft_article
from crossdesk.cases.questions import find_case
from crossdesk.desks.models import Desk
from crossdesk.kit.markdown import rendered
from crossdesk.kit.time import london, now
from crossdesk.knowledge import attaching, guarding, policy, publishing, questions
from crossdesk.knowledge import writing as verbs_of
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.models import Article, Attachment, Draft
from crossdesk.knowledge.writing import Written
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs
from crossdesk.web.knowledge.article import found, show
from crossdesk.web.seeing import Seen

USUAL_REVIEW = timedelta(days=182)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    viewer = cast(Seen, request).viewer
    desks = list(Desk.objects.filter(pk__in=viewer.desks))
    if not desks:
        raise Http404
    if request.method == "GET":
        return _form(request, None, Written(""), desks=desks)
    chosen = next((desk for desk in desks if str(desk.pk) == request.POST.get("desk")), desks[0])
    said = _said(request)
    try:
        begun = verbs_of.begin(said, chosen, by=viewer, at=now())
    except Refused as refused:
        return _form(request, None, said, desks=desks, trouble=refused.sentence)
    return redirect(f"/knowledge/{begun}/publish/" if "publish" in request.POST else f"/knowledge/{begun}/edit/")


@require_POST
def from_case(request: HttpRequest, reference: str) -> HttpResponse:
    case = find_case(reference)
    if case is None:
        raise Http404
    try:
        begun = draft_article(case, by=cast(Seen, request).viewer, at=now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(f"/cases/{case}/")
    messages.success(request, "Drafted from the case, without identifiers and names. Read it before you publish it.")
    return redirect(f"/knowledge/{begun}/edit/")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    held = _ours(request, reference)
    draft = Draft.objects.filter(article=held).first()
    if request.method == "GET":
        return _form(request, held, Written.of(draft or held), edition=draft.edition if draft else None)
    said, given = _said(request), request.POST.get("edition", "")
    edition = int(given) if given.isdecimal() and len(given) < 6 else None
    try:
        verbs_of.write(held, said, by=cast(Seen, request).viewer, at=now(), edition=edition)
    except Refused as refused:
        return _form(request, held, said, edition=edition, trouble=refused.sentence)
    if "publish" in request.POST:
        return redirect(f"/knowledge/{held}/publish/")
    messages.success(request, "The draft is kept; only your desk reads it.")
    return redirect(f"/knowledge/{held}/edit/")


@require_POST
def drop(request: HttpRequest, reference: str) -> HttpResponse:
    return _done(request, reference, lambda held, by: verbs_of.drop(held, by=by, at=now()), "The draft is thrown away.")


@require_POST
def attach(request: HttpRequest, reference: str) -> HttpResponse:
    held, given = _ours(request, reference), request.FILES.get("file")
    try:
        if given is None:
            raise Invalid("Choose a file first.")
        attaching.attach(held, given.name or "file", given.chunks(), by=cast(Seen, request).viewer, at=now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect(f"/knowledge/{held}/edit/#files")


@require_POST
def remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    held = Attachment.objects.select_related("article__desk").filter(pk=pk, article=_ours(request, reference)).first()
    if held is None:
        raise Http404
    return _done(request, reference, lambda _, by: attaching.remove(held, by=by, at=now()), "The file is taken off.")


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    held = _ours(request, reference)
    if request.method == "GET":
        return _publishing(request, held)
    given, edition = request.POST, request.POST.get("edition", "")
    readers = Readers(
        given.get("kind", ""),
        [int(each) for each in given.getlist("parties") if each.isdecimal() and len(each) < 10],
        given.getlist("roles"),
    )
    try:
        publishing.publish(
            held,
            readers,
            _day(given.get("review_by", "")),
            by=cast(Seen, request).viewer,
            at=now(),
            change=given.get("change", ""),
            looked_through="looked_through" in given,
            edition=int(edition) if edition.isdecimal() and len(edition) < 6 else None,
        )
    except Refused as refused:
        return _publishing(request, found(reference), refused.sentence)
    messages.success(request, f"Version {held.version} is published.")
    return redirect(f"/knowledge/{held}/")


@require_POST
def review(request: HttpRequest, reference: str) -> HttpResponse:
    return _done(
        request,
        reference,
        lambda held, by: publishing.review(held, _day(request.POST.get("review_by", "")), by=by, at=now()),
        "It still holds; you are reminded again by that day.",
    )


@require_POST
def retire(request: HttpRequest, reference: str) -> HttpResponse:
    why = request.POST.get("why", "")
    return _done(request, reference, lambda held, by: publishing.retire(held, why, by=by, at=now()), "It is retired.")


def _done(request: HttpRequest, reference: str, verb: Callable[[Article, Any], object], thanks: str) -> HttpResponse:
    held = found(reference)
    try:
        verb(held, cast(Seen, request).viewer)
    except Refused as refused:
        return show(request, found(reference), refused.sentence)
    messages.success(request, thanks)
    return redirect(f"/knowledge/{held}/")


def _ours(request: HttpRequest, reference: str) -> Article:
    held = found(reference)
    if policy.why_not(cast(Seen, request).viewer, "write", held):
        raise Http404
    return held


def _said(request: HttpRequest) -> Written:
    given = request.POST
    codes = given.get("codes", "").replace(",", " ").split()
    title, summary, words = (given.get(name, "") for name in ("title", "summary", "words"))
    return Written(title, summary, words, codes, given.getlist("systems"))


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Invalid("Say by which day it is to be read again.") from None


def _form(
    request: HttpRequest,
    held: Article | None,
    said: Written,
    *,
    edition: int | None = None,
    desks: list[Desk] | None = None,
    trouble: str = "",
) -> HttpResponse:
    context = {
        "article": held,
        "said": said,
        "edition": edition,
        "desks": [(desk.pk, desk.name) for desk in desks or []],
        "systems": [(key, row.name) for key, row in rulebook.current().systems.items()],
        "files": questions.files_of(held) if held else [],
        "page": rendered(said.words),
        "trouble": trouble,
    }
    return render(request, "knowledge/edit.html", context, status=422 if trouble else 200)


def _publishing(request: HttpRequest, held: Article, trouble: str = "") -> HttpResponse:
    draft, given, at = Draft.objects.filter(article=held).first(), request.POST, now()
    words = draft or held
    files = questions.files_of(held)
    with verbs():
        objections = guarding.objections(held, words, wide=True, looked_through=True)
    parties = Party.objects.filter(closed_at=None).values_list("pk", "name")
    context = {
        "article": held,
        "draft": draft,
        "words": words,
        "page": rendered(words.words),
        "files": files,
        "kinds": Article.For.choices,
        "kind": given.get("kind", held.audience if held.version else Article.For.EVERYONE),
        "parties": list(parties),
        "roles": [(key, row.name) for key, row in rulebook.current().roles.items()],
        "named": given.getlist("parties") or [str(pk) for pk in _named(held)],
        "held_by": given.getlist("roles") or list(held.reaches),
        "review_by": given.get("review_by", "") or (london(at).date() + USUAL_REVIEW).isoformat(),
        "change": given.get("change", ""),
        "objections": objections,
        "why_not": policy.why_not(cast(Seen, request).viewer, "publish", held),
        "trouble": trouble,
    }
    return render(request, "knowledge/publish.html", context, status=422 if trouble else 200)


def _named(held: Article) -> list[int]:
    if held.audience != Article.For.PARTIES:
        return []
    return list(Party.objects.filter(seat__in=held.seats).values_list("pk", flat=True))
