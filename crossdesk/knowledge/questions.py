"""Reading articles, as the viewer: what they see is what row-level security lets through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from crossdesk.kit import caseref
from crossdesk.knowledge.lifecycle import State
from crossdesk.knowledge.models import Answer, Article, Attachment, Version
from crossdesk.threads.viewer import Viewer

PAGE = 30


def find_article(written: str) -> Article | None:
    reference = caseref.parse(written)
    return Article.objects.select_related("desk__owner").filter(reference=reference).first() if reference else None


def published(desk: int | None = None) -> QuerySet[Article]:
    found = Article.objects.filter(state=State.PUBLISHED).select_related("desk__owner").defer("words", "tsv", "sought")
    return found.filter(desk=desk) if desk else found


def page_of(rows: QuerySet[Article], before: int) -> tuple[list[Article], bool]:
    found = list(rows.order_by("-published_at", "pk")[before : before + PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def in_order(keys: Iterable[UUID]) -> list[Article]:
    keys = list(keys)
    rows = Article.objects.select_related("desk").defer("tsv").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def unfinished(viewer: Viewer) -> list[Article]:
    """What the viewer's desks are writing, and what they retired."""
    mine = Article.objects.filter(desk__in=viewer.desks).select_related("desk", "draft").defer("words", "tsv")
    return list(mine.filter(~Q(state=State.RETIRED), draft__isnull=False).order_by("-draft__written_at")[:PAGE])


def overdue(viewer: Viewer, on: date) -> list[Article]:
    """Of the viewer's desks, those whose day to be read again is past."""
    mine = published().filter(desk__in=viewer.desks, review_by__lt=on)
    return list(mine.order_by("review_by")[:PAGE])


def retired(viewer: Viewer) -> list[Article]:
    mine = Article.objects.filter(desk__in=viewer.desks, state=State.RETIRED).select_related("desk")
    return list(mine.defer("words", "tsv").order_by("-published_at")[:PAGE])


def versions_of(article: Article) -> list[Version]:
    return list(Version.objects.filter(article=article).defer("words"))


def files_of(article: Article) -> list[Attachment]:
    return list(Attachment.objects.filter(article=article, removed_at=None))


def own_answer(article: Article, viewer: Viewer) -> Answer | None:
    if viewer.person is None:
        return None
    return Answer.objects.filter(article=article, person=viewer.person, party=viewer.party).first()


def tally(desks: Iterable[int], article: Article | None = None) -> dict[str, int]:
    """How often articles of these desks solved something, did not, and spared a case. For those desks alone."""
    said = Answer.objects.filter(article__desk__in=list(desks))
    if article is not None:
        said = said.filter(article=article)
    spared = Q(solved=True, raising=True, raised_at=None)
    return said.aggregate(
        yes=Count("pk", filter=Q(solved=True)),
        no=Count("pk", filter=Q(solved=False)),
        spared=Count("pk", filter=spared),
    )
