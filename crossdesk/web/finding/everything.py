"""Everything that goes by some words, for the palette, the page of results and whoever is about to raise a case.

Each kind is found by its own package, as the viewer; here they are weighed by one measure and put into one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from crossdesk import rulebook
from crossdesk.cases.finding import Found, find_cases
from crossdesk.desks.models import Desk
from crossdesk.kit import excerpts, terms
from crossdesk.kit.excerpts import Piece
from crossdesk.knowledge import searching
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.questions import find_article
from crossdesk.knowledge.spelling import alike
from crossdesk.known_errors import finding as known_errors
from crossdesk.known_errors.models import KnownError
from crossdesk.parties.models import Party
from crossdesk.rulebook import Rulebook, ranking, reference
from crossdesk.rulebook.asking import Asked, asked
from crossdesk.rulebook.spelling import corrected
from crossdesk.threads.search import plain
from crossdesk.threads.viewer import Viewer

SHORTEST_NAME = 2
CANDIDATES = 40
EXACT = 1_000.0
KNOWN, CASE, NAME = 1.15, 0.7, 1.0
"""What somebody who searches is more often after."""
SUGGESTED = 4
LEAST = 0.12
"""Of the best: what is further away only lengthens the list."""


@dataclass(frozen=True)
class Hit:
    """`kind` and `key` name it, `what` says what it is, `about` is where the words stand in it."""

    kind: str
    key: str
    what: str
    title: tuple[Piece, ...]
    url: str
    icon: str
    score: float
    about: tuple[Piece, ...] = ()

    @property
    def label(self) -> str:
        return "".join(piece.words for piece in self.title)


@dataclass(frozen=True)
class Results:
    """`hits` are of all kinds, best first; `more` when there are further cases; `instead`: how it was put right."""

    hits: Sequence[Hit]
    cases: Sequence[Found]
    more: bool
    instead: str = ""

    @property
    def nothing(self) -> bool:
        return not (self.hits or self.cases)

    def of(self, *kinds: str) -> list[Hit]:
        return [each for each in self.hits if each.kind in kinds]


def find(written: str, viewer: Viewer, *, cases: int, names: int) -> Results:
    """What was typed comes first as it was typed; only where that finds nothing of somebody's own is it put right."""
    written = plain(written)
    if len(written) < SHORTEST_NAME:
        return Results([], [], False)
    book = rulebook.current()
    found = find_cases(written, viewer, cases)
    instead = corrected(book, written, alike) or ""
    if instead and (found or _stands_somewhere(written, instead)):
        instead = ""
    elif instead:
        found = find_cases(instead, viewer, cases)
    question = asked(book, instead or written)
    hits = knowledge(book, question, viewer, instead or written, names) + names_of(book, question, written, names)
    hits += [_case(book, question, each) for each in found[:cases]]
    hits.sort(key=lambda hit: -hit.score)
    return Results(_near(hits), found[:cases], len(found) > cases, instead)


def _stands_somewhere(written: str, instead: str) -> bool:
    """Nobody's slip: a word that an article has that this viewer may read, though not everyone."""
    kept = set(instead.split())
    changed = [word for word in terms.WORD.findall(terms.folded(written)) if word not in kept]
    return bool(searching.candidates([changed], 1))


def suggested(book: Rulebook, words: str, viewer: Viewer) -> list[Hit]:
    """For somebody who is about to raise a case: articles and known errors that are near, then what the rules say."""
    instead = corrected(book, words, alike)
    question = asked(book, instead or words)
    hits = sorted(knowledge(book, question, viewer, instead or words, SUGGESTED), key=lambda hit: -hit.score)
    return _near(hits)


def knowledge(book: Rulebook, question: Asked, viewer: Viewer, written: str, at_most: int) -> list[Hit]:
    """Articles, known errors and the market's reference: what may answer by itself."""
    hits = articles(book, question, at_most, written)
    hits += [_known(book, question, each) for each in known_errors.named(written, viewer, at_most)]
    hits += [_rule(question, each) for each in reference.search(book, question, at_most * 2)]
    return hits


def articles(book: Rulebook, question: Asked, at_most: int, written: str = "") -> list[Hit]:
    if named := find_article(written):
        return [_article(question, named, EXACT)]
    return [_article(question, row, score) for row, score in searching.best(book, question, at_most)]


def names_of(book: Rulebook, question: Asked, written: str, at_most: int) -> list[Hit]:
    says = reference.indexed(book).says
    hits = []
    for desk in _desks(question):
        text = ranking.weighed(desk.name, (desk.owner.name,), "")
        near = ranking.score(question, text, says) * NAME
        hits.append(_name("desk", str(desk.pk), "Desk", desk.name, f"/directory/desks/{desk.pk}/", near, question))
    for party in _parties(question, written):
        roles = [book.roles[each].name for each in party.role_keys if each in book.roles]
        text = ranking.weighed(party.name, (*roles, *(held.mpid for held in party.market_roles.all())), "")
        by_code = written.upper() in {each for held in party.market_roles.all() for each in (held.mpid, held.dip_id)}
        near = EXACT / 2 if by_code else ranking.score(question, text, says) * NAME
        where = f"/directory/parties/{party.pk}/"
        hits.append(
            _name("party", str(party.pk), ", ".join(roles) or "Organisation", party.name, where, near, question)
        )
    return sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)[:at_most]


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """Cases stay whatever they are: they are somebody's own."""
    best = max((hit.score for hit in hits if hit.score < EXACT / 2), default=0.0)
    return [hit for hit in hits if hit.kind == "case" or hit.score >= best * LEAST]


def _article(question: Asked, row: Article, score: float) -> Hit:
    return Hit(
        "article",
        row.reference,
        f"Article of {row.desk}",
        excerpts.marked(row.title, question.marks),
        f"/knowledge/{row.reference}/",
        "book",
        score,
        excerpts.excerpt(row.summary or row.words, question.marks),
    )


def _known(book: Rulebook, question: Asked, known: KnownError) -> Hit:
    text = ranking.weighed(
        known.title, (*known.codes, *known.interfaces, known.words), known.symptoms[: searching.BODY]
    )
    near = ranking.score(question, text, reference.indexed(book).says) * KNOWN or LEAST
    return Hit(
        "known error",
        known.reference,
        f"Known error, {known.get_state_display().lower()}",
        excerpts.marked(known.title, question.marks),
        f"/known-errors/{known.reference}/",
        "warning",
        near,
        excerpts.excerpt(known.workaround or known.symptoms, question.marks),
    )


def _rule(question: Asked, hit: reference.Hit) -> Hit:
    entry = hit.entry
    return Hit(
        entry.kind,
        entry.key,
        entry.what,
        excerpts.marked(entry.title, question.marks),
        rule_address(entry.kind, entry.key),
        "desk" if entry.kind in {"query_types", "desks"} else "book",
        hit.score,
        excerpts.excerpt(entry.text, question.marks),
    )


def rule_address(kind: str, key: str) -> str:
    return f"/rules/{kind}/{key}/"


def _case(book: Rulebook, question: Asked, found: Found) -> Hit:
    case = found.case
    near = ranking.score(question, ranking.weighed(case.summary, (), found.excerpt), reference.indexed(book).says)
    score = EXACT if found.because == "is the reference" else EXACT / 2 if "list" in found.because else near * CASE
    return Hit(
        "case",
        case.reference,
        f"Case, {case.get_stage_display().lower()}",
        excerpts.marked(f"{case} {case.summary}", question.marks),
        f"/cases/{case}/",
        "file",
        max(score, LEAST),
        excerpts.excerpt(found.excerpt, question.marks),
    )


def _name(kind: str, key: str, what: str, name: str, url: str, score: float, question: Asked) -> Hit:
    icon = "desk" if kind == "desk" else "person"
    return Hit(kind, key, what, excerpts.marked(name, question.marks), url, icon, score)


def _desks(question: Asked) -> Iterable[Desk]:
    return Desk.objects.select_related("owner").filter(_holding(question))[:CANDIDATES] if question.written else ()


def _parties(question: Asked, written: str) -> Iterable[Party]:
    found = Party.objects.filter(closed_at=None).prefetch_related("market_roles")
    by_code = Q(market_roles__mpid__iexact=written) | Q(market_roles__dip_id=written)
    return found.filter(_holding(question) | by_code).distinct()[:CANDIDATES] if question.written else ()


def _holding(question: Asked) -> Q:
    """Names that hold a word of it: those that are in no name and nearly every name say nothing."""
    named = Q(pk=None)
    for word in question.written:
        if len(word) >= SHORTEST_NAME and word not in terms.STOPPED:
            named |= Q(name__icontains=word)
    return named
