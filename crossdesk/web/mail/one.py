"""One letter, to be read and decided about."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from crossdesk.cases.questions import find_case
from crossdesk.exchange.letters.display import page_to_show, pictures_left_out, words_of
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.read import Letter, read_letter
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.senders import noted
from crossdesk.exchange.suggesting import likely_party, places_on, suggestions
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer
from crossdesk.web.seeing import Seen

LONGEST_SHOWN = 60_000
SHOWN_AS_THEY_ARE = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
REASONS = (
    "Advertising.",
    "Not about a case here; its sender was told by telephone.",
    "An automatic letter that needs nothing.",
    "Dealt with elsewhere.",
)


@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    return show_letter(request, pk)


def show_letter(request: HttpRequest, pk: int, trouble: str = "", kept: str = "", status: int = 200) -> HttpResponse:
    """`trouble` is why what was just asked was not done; `kept` are the words it was asked with."""
    mail = get_object_or_404(RawMail.objects.select_related("case__owner", "leg__to_desk", "leg__from_desk"), pk=pk)
    read = read_letter(mail.readable)
    context: dict[str, Any] = {
        "mail": mail,
        "read": read,
        "quoting": split_quoted(words_of(read)[:LONGEST_SHOWN]),
        "page": page_to_show(read.html) if read.html.strip() else "",
        "left_out": pictures_left_out(read.html),
        "enclosed": _enclosed(read),
        "pictures": [number for number, each in enumerate(read.attachments) if picture_type(each.content)],
        "undecided": mail.fate in RawMail.FOR_PEOPLE,
        "about_them": noted(mail),
        "trouble": trouble,
        "kept": kept,
    }
    if context["undecided"]:
        context |= _choices(request, mail, read, cast(Seen, request).viewer)
    return render(request, "mail/letter.html", context, status=status)


def _choices(request: HttpRequest, mail: RawMail, read: Letter, viewer: Viewer) -> dict[str, Any]:
    sought = request.GET.get("reference", "").strip()
    case = find_case(sought) if sought else None
    for_people = RawMail.objects.filter(fate__in=RawMail.FOR_PEOPLE).only("pk")
    ended = bool(mail.case and (mail.case.stage == "closed" or (mail.leg and mail.leg.settled)))
    return {
        "sought": sought,
        "found": case,
        "places": list(places_on(case, viewer, "you looked for it")) if case else [],
        "suggested": [each for each in suggestions(mail, read, viewer) if _open(each.case.stage)],
        "ended": ended,
        "closed": bool(mail.case and mail.case.stage == "closed"),
        "parties": Party.objects.filter(closed_at=None).order_by("name"),
        "likely": likely_party(read),
        "reasons": REASONS,
        "before": for_people.filter(pk__gt=mail.pk).order_by("pk").first(),
        "after": for_people.filter(pk__lt=mail.pk).order_by("-pk").first(),
    }


def _open(stage: str) -> bool:
    return stage != "closed"


def _enclosed(read: Letter) -> list[tuple[Letter, str]]:
    """Letters that were forwarded as files: read like any other, and believed as little."""
    forwarded = [each for each in read.attachments if each.content_type == "message/rfc822"][:5]
    inner = [read_letter(each.content) for each in forwarded]
    return [(each, words_of(each)[:LONGEST_SHOWN]) for each in inner]


@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """To keep or to examine; never shown in the page, because a stranger wrote it."""
    mail = get_object_or_404(RawMail, pk=pk)
    return as_a_file(bytes(mail.content), f"letter-{mail.pk}.eml")


@require_GET
def file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A file of a letter. Pictures are shown by what their bytes are; everything else is only handed over."""
    attachments = read_letter(get_object_or_404(RawMail, pk=pk).readable).attachments
    if number >= len(attachments):
        raise Http404
    content = attachments[number].content
    if kind := picture_type(content):
        answer = HttpResponse(content, content_type=kind)
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer
    return as_a_file(content, attachments[number].name)


def as_a_file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "replace").decode()}"'
    return answer


def picture_type(content: bytes) -> str | None:
    return next((kind for start, kind in SHOWN_AS_THEY_ARE.items() if content.startswith(start)), None)
