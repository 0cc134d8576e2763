"""What is known, for a machine: one search over articles, known errors and the market's reference, and each to read.

The words are posted, because whoever pastes may paste an identifier, and no address or log may hold one.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from ninja import Field, Query, Router, Schema

from crossdesk import rulebook
from crossdesk.accounts.scopes import Scope
from crossdesk.api.bearing import Called
from crossdesk.api.native import shapes
from crossdesk.api.native.cases import refuse_unknown
from crossdesk.api.native.door import reads
from crossdesk.api.native.telling import answer
from crossdesk.kit import caseref
from crossdesk.knowledge import questions, searching
from crossdesk.knowledge.lifecycle import State
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.spelling import alike
from crossdesk.known_errors import finding
from crossdesk.known_errors.models import KnownError
from crossdesk.rulebook import reference
from crossdesk.rulebook.asking import asked
from crossdesk.rulebook.spelling import corrected
from crossdesk.threads.search import plain

router = Router(tags=["Knowledge"])
MOST, PAGE = 50, 30


class Sought(Schema):
    words: str = Field(max_length=2000)
    at_most: int = Field(10, ge=1, le=MOST)


class Hits(Schema):
    """Best first. `instead` is how the words were put right; empty where they were taken as they stand."""

    instead: str
    hits: list[shapes.HitOut]


class Articles(Schema):
    articles: list[shapes.ArticleRow]


class Listed(Schema):
    system: str = Field("", max_length=40)
    before: int = Field(0, ge=0, le=1_000_000, description="How many of the newest to leave out.")


@router.post("/knowledge/search", **reads(Hits, Scope.KNOWLEDGE), summary="Search what is known")
def search_knowledge(request: Called, body: Sought) -> HttpResponse:
    book, words = rulebook.current(), plain(body.words)
    instead = corrected(book, words, alike) or ""
    question = asked(book, instead or words)
    hits = [_article_hit(row, score) for row, score in searching.best(book, question, body.at_most)]
    hits += [_rule_hit(hit) for hit in reference.search(book, question, body.at_most)]
    hits.sort(key=lambda hit: -hit.score)
    known = finding.named(instead or words, request.caller.viewer, body.at_most)
    hits = [*(_known_hit(each) for each in known), *hits][: body.at_most]
    return answer(request, Hits(instead=instead, hits=hits))


@router.get("/knowledge/articles", **reads(Articles, Scope.KNOWLEDGE), summary="List articles, newest first")
def list_articles(request: Called, listed: Query[Listed]) -> HttpResponse:
    refuse_unknown(request, Listed)
    rows = questions.published()
    if listed.system:
        rows = rows.filter(systems__contains=[plain(listed.system)])
    found, _ = questions.page_of(rows, listed.before)
    return answer(request, Articles(articles=[_row(each) for each in found]))


@router.get("/knowledge/articles/{reference}", **reads(shapes.ArticleOut, Scope.KNOWLEDGE), summary="Read an article")
def read_article(request: Called, reference: str) -> HttpResponse:
    held = questions.find_article(reference)
    if held is None or held.state != State.PUBLISHED:
        raise Http404
    return answer(request, shapes.ArticleOut(**_row(held).dict(), words=held.words))


@router.get(
    "/knowledge/known-errors/{reference}", **reads(shapes.KnownErrorOut, Scope.KNOWLEDGE), summary="Read a known error"
)
def read_known_error(request: Called, reference: str) -> HttpResponse:
    written = caseref.parse(reference) or ""
    found = finding.named(written, request.caller.viewer, 1)
    if not found or found[0].reference != written:
        raise Http404
    known = found[0]
    names = ("reference", "title", "symptoms", "workaround", "state", "systems", "interfaces", "codes", "fix_due")
    return answer(request, shapes.KnownErrorOut(**{name: getattr(known, name) for name in names}, desk=known.desk.name))


@router.get(
    "/knowledge/reference/{kind}/{key}",
    **reads(shapes.ReferenceOut, Scope.KNOWLEDGE),
    summary="Read a row of the market's reference",
)
def read_reference(request: Called, kind: str, key: str) -> HttpResponse:
    entry = reference.entry_of(rulebook.current(), kind, key)
    if entry is None:
        raise Http404
    also = [each for each in entry.also if each]
    told = shapes.ReferenceOut(kind=kind, key=key, what=entry.what, title=entry.title, text=entry.text, also=also)
    return answer(request, told)


def _row(held: Article) -> shapes.ArticleRow:
    names = ("reference", "title", "summary", "codes", "systems", "version", "published_at")
    return shapes.ArticleRow(**{name: getattr(held, name) for name in names}, desk=held.desk.name)


def _article_hit(row: Article, score: float) -> shapes.HitOut:
    what = f"Article of {row.desk}"
    return shapes.HitOut(kind="article", key=row.reference, what=what, title=row.title, about=row.summary, score=score)


def _known_hit(known: KnownError) -> shapes.HitOut:
    about = known.workaround or known.symptoms
    return shapes.HitOut(
        kind="known error", key=known.reference, what="Known error", title=known.title, about=about, score=1.0
    )


def _rule_hit(hit: reference.Hit) -> shapes.HitOut:
    entry = hit.entry
    return shapes.HitOut(
        kind=entry.kind, key=entry.key, what=entry.what, title=entry.title, about=entry.text, score=hit.score
    )
