"""An upload that is told step by step: a line of JSON for each, so that a page can say how far a long list has come."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from crossdesk.access import Refused
from crossdesk.cases.listed import Listed, reading
from crossdesk.threads.viewer import Viewer, viewing
from crossdesk.web.once import STREAMS, sent_once

Result = TypeVar("Result")
Told = Generator[str, None, Result]
Lists = list[tuple[Listed, str]]
"""Each as it was read, with the name of the file it came from."""


@dataclass(frozen=True)
class Given:
    """One list as it was given, pasted or as a file. Its size is nothing where nobody waits for it."""

    kind: str
    chunks: Iterable[bytes]
    source: str = ""
    size: int = 0


def is_told(request: HttpRequest) -> bool:
    return bool(request.headers.get(STREAMS))


def not_taken(sentence: str) -> HttpResponse:
    return JsonResponse({"sentence": sentence}, status=422)


def lists_told(every: Iterable[Given]) -> Told[Lists]:
    lists = []
    for given in every:
        listed = yield from _list_told(given)
        lists.append((listed, given.source))
    yield _line(keeping=sum(listed.rows for listed, _ in lists))
    return lists


def _list_told(given: Given) -> Told[Listed]:
    steps = reading(given.chunks, given.kind)
    while True:
        try:
            come = next(steps)
        except StopIteration as end:
            listed: Listed = end.value
            return listed
        yield _line(lines=come.lines, share=100 * come.bytes // given.size if given.size else 0)


def whole(steps: Told[Result]) -> Result:
    """The same work where nobody waits to be told."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def until_kept(
    request: HttpRequest, viewer: Viewer, steps: Told[Lists], keep: Callable[[Lists], str]
) -> StreamingHttpResponse:
    """`keep` does the work once all is read, and says where it led."""
    return StreamingHttpResponse(_lines(request, viewer, steps, keep), content_type="application/x-ndjson")


def _lines(request: HttpRequest, viewer: Viewer, steps: Told[Lists], keep: Callable[[Lists], str]) -> Iterator[str]:
    with viewing(viewer):  # the page's own block has ended when an answer streams
        try:
            lists = yield from steps
            with sent_once(request, viewer) as sending:
                sending.answer = sending.answer or keep(lists)
        except Refused as refused:
            yield _line(sentence=refused.sentence)
            return
    yield _line(next=sending.answer)


def _line(**what: object) -> str:
    return json.dumps(what) + "\n"
