"""A review as a PDF: tagged for readers that speak it, by PDF/UA-1, with real text and the times of London.

The template is ours and fixed. What people wrote goes in as JSON strings, which Typst shows and never reads as markup.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import typst
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from crossdesk.joint.claims import Said
from crossdesk.kit.time import in_full, now
from crossdesk.reviews.models import Action
from crossdesk.reviews.questions import Reading
from crossdesk.web.reviews.acting import review_for
from crossdesk.web.seeing import Seen

TEMPLATE = files(__package__).joinpath("review.typ")
REORDERING = {chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Signs that show words in another order than they stand in."""


@require_GET
def pdf(request: Seen, reference: str) -> HttpResponse:
    """Exactly what its reader may read on the page. Before it is published only the lead desk takes it along."""
    reading = Reading(review_for(reference), request.viewer, now())
    if not (reading.review.published_at or reading.at_lead):
        raise Http404("A review is exported once it is published.")
    response = HttpResponse(printed(document(reading)), content_type="application/pdf")
    name = f"review-{reading.review.reference}{'' if reading.review.published_at else '-draft'}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def printed(told: dict[str, Any]) -> bytes:
    """By PDF/UA-1. That forbids a sign no font here can show, and then the same tagged file claims no standard."""
    given = {"review": json.dumps(_plain(told))}
    source = TEMPLATE.read_bytes()
    try:
        return bytes(typst.compile(source, sys_inputs=given, ignore_system_fonts=True, pdf_standards=["ua-1"]))
    except typst.TypstError:
        return bytes(typst.compile(source, sys_inputs=given, ignore_system_fonts=True))


def document(reading: Reading) -> dict[str, Any]:
    review = reading.review
    published = f"Published {in_full(review.published_at)}" if review.published_at else review.get_state_display()
    return {
        "title": f"Review of {review.reference}: {review.title}",
        "lead": review.lead.name,
        "stands": f"{published}. {review.lead.name} led the incident. Times are those of London.",
        "draft": not review.published_at,
        "draft_words": f"Draft of {in_full(reading.at)}: not published, and for {review.lead.name} alone.",
        "footer": f"Review of {review.reference}",
        "account": review.account or "No account was written.",
        "lessons": review.lessons,
        "measures": [
            [
                each.label,
                each.words,
                f"{each.since_is}: {in_full(each.since) if each.since else 'not known yet'}",
                f"{each.until_is}: {in_full(each.until) if each.until else 'not known yet'}",
            ]
            for each in reading.measures
        ],
        "facts": [
            _facts("Agreed", reading.agreed),
            _facts("Disputed", reading.disputed),
            _facts("Not answered", reading.unanswered),
        ],
        "sections": [
            {"who": each.who, "words": each.words, "signed": f"Signed {in_full(each.signed_at)}."}
            for each in reading.sections
        ],
        "actions": [list(_action(reading, each)) for each in reading.actions],
        "events": [
            [
                in_full(each.happened_at),
                f"{each.title}{f': {each.words}' if each.words else ''}",
                in_full(each.recorded_at) if each.written_later else "at once",
            ]
            for each in reading.events
            if not each.left_out
        ],
    }


def _facts(title: str, facts: list[Said]) -> dict[str, Any]:
    told = [
        {
            "head": f"Fact {said.claim.number}, stated by {said.claim.who}"
            f"{f', {in_full(said.claim.happened_at)}' if said.claim.happened_at else ''}.",
            "words": said.claim.words,
            "answers": [
                f"{each.who} {'agrees' if each.agrees else 'disputes it'}{f': {each.words}' if each.words else '.'}"
                for each in said.answers
            ],
        }
        for said in facts
    ]
    return {"title": title, "facts": told, "none": "None."}


def _action(reading: Reading, action: Action) -> Iterator[str]:
    owner = reading.owners.get(action.pk, "")
    yield from (str(action.number), action.what, f"{action.who}{f', {owner}' if owner else ''}", in_full(action.due_at))
    done = f"Done {in_full(action.done_at)}" if action.done_at else "Late" if action.late(reading.at) else "Open"
    done = f"Withdrawn {in_full(action.withdrawn_at)}" if action.withdrawn_at else done
    yield f"{done}{f': {action.result}' if action.result else ''}"


def _plain(told: Any) -> Any:
    """Without signs that are no text: controls, and those that turn the order of words about."""
    if isinstance(told, str):
        kept = told.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return "".join(each for each in kept if each == "\n" or not _unprinted(each))
    if isinstance(told, dict):
        return {key: _plain(value) for key, value in told.items()}
    return [_plain(each) for each in told] if isinstance(told, list) else told


def _unprinted(sign: str) -> bool:
    return sign in REORDERING or unicodedata.category(sign) in {"Cc", "Cs"}
