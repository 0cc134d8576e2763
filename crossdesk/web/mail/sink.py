"""What a demonstration sent: nothing of it left this machine."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.models import SunkMail
from crossdesk.exchange.office import rehearsing

SHOWN = 100


@require_GET
def sink(request: HttpRequest) -> HttpResponse:
    _in_demonstration()
    rows = SunkMail.objects.defer("content").order_by("-arrived_at", "-pk")[:SHOWN]
    return render(request, "mail/sink.html", {"rows": rows, "shown": SHOWN})


@require_GET
def sunk(request: HttpRequest, pk: int) -> HttpResponse:
    _in_demonstration()
    mail = get_object_or_404(SunkMail, pk=pk)
    read = read_letter(bytes(mail.content))
    return render(request, "mail/sunk.html", {"mail": mail, "read": read, "words": words_of(read)})


def _in_demonstration() -> None:
    if not rehearsing():
        raise Http404
