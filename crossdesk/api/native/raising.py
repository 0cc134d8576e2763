"""Raising by a machine: the desk gate decides as on the page, and what the rules ask for is given or excused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from crossdesk.access import Invalid
from crossdesk.api.bearing import Caller
from crossdesk.api.native.kinds import NO_NUL, Count, Given, Line, Moment, Number, Word, Words
from crossdesk.cases import references
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.desks.choosing import desks_open_to, desks_under, why_not_raise
from crossdesk.desks.models import Desk
from crossdesk.kit import mpan
from crossdesk.kit.time import london
from crossdesk.parties.models import MarketRole, Party
from crossdesk.rulebook import Rulebook, current
from crossdesk.rulebook.editions import digest
from crossdesk.rulebook.evidence import required_evidence
from crossdesk.rulebook.gate import Gate, Question, gate, outside_process
from crossdesk.rulebook.rows.desks import QueryType

Kind = Literal["mpan", "meter", "transaction", "sender-reference", "correlation", "error-code", "timestamp"]
Value = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00\r\n]*$")]


class References(Given):
    """One kind of reference. What is none is kept apart and told in the tally, as on the page."""

    kind: Kind
    values: Annotated[list[Value], Field(min_length=1, max_length=100_000)]
    source: Annotated[str, Field(max_length=120, pattern=NO_NUL)] = ""


class Raise(Given):
    """Without a desk the rules name it, where only one fits. A desk that they do not name needs override_because."""

    query_type: Annotated[Word, Field(description="A key of /query-types: what it is about.")]
    summary: Annotated[Line, Field(description="In one line what has gone wrong.")]
    impact: Annotated[Words, Field(description="What it does to whom.")]
    suspected_cause: Words = ""
    investigated: Annotated[Words, Field(description="What you have looked at, and what you found.")] = ""
    own_reference: Annotated[Line, Field(description="Your own number for it; mail that quotes it finds the case.")] = (
        ""
    )
    scenario: Annotated[Word, Field(description="A row of Appendix B by its key, where you know one that applies.")] = (
        ""
    )
    started_at: Moment | None = None
    desk: Annotated[Number | None, Field(description="A desk of /desks, where several may take it.")] = None
    override_because: Annotated[Words, Field(description="Why a desk that the rules do not name takes it.")] = ""
    area: Annotated[Word, Field(description="The first two digits of the MPANs, where none is given.")] = ""
    affected: Annotated[Count, Field(description="How many MPANs, where no list of them is given.")] = 0
    many: Annotated[bool, Field(description="Many messages, or the platform itself: not a single one refused.")] = False
    technical_integration: Annotated[bool, Field(description="Connectivity, certificates or endpoints.")] = False
    references: Annotated[list[References], Field(max_length=7, description="One list for each kind.")] = []
    evidence_in_words: Annotated[
        dict[Word, Words], Field(description="Other evidence that is asked for, by its key in /query-types.")
    ] = {}
    without_because: Annotated[Words, Field(description="Why you raise without what else is asked for.")] = ""


def raised(body: Raise, caller: Caller) -> Case:
    book, by, at = current(), caller.viewer, caller.at
    query = _query(book, body)
    roles = frozenset(MarketRole.objects.filter(party=by.party).values_list("role", flat=True)) & frozenset(book.roles)
    mpans = [value for each in body.references if each.kind == "mpan" for value in each.values if mpan.valid(value)]
    question = Question(
        query.key,
        roles,
        area=mpan.distributor_of(mpans[0]) if mpans else body.area.strip(),
        mpans=max(len({mpan.core(each) for each in mpans}), body.affected),
        technical_integration=body.technical_integration,
        bulk=body.many,
        on=london(at).date(),
    )
    desk, said = _desk(book, body, gate(book, question), question)
    without = _missing(book, query, desk, body)
    report = Report(
        summary=body.summary,
        query_type=query.key,
        impact=body.impact.strip(),
        suspected_cause=body.suspected_cause.strip(),
        investigated="\n".join(filter(None, [body.investigated.strip(), *_in_words(book, body)])),
        own_reference=body.own_reference,
        system=query.system,
        scenario=body.scenario,
        kind=_kind(query),
        started_at=body.started_at,
        missing_evidence=without,
        without_because=body.without_because.strip() if without else "",
        gate=said,
        edition=_edition(book),
    )
    case = raise_case(report, raiser=Party.objects.get(pk=by.party), to=desk, by=by, at=at)
    for given in body.references:
        lines = "\n".join(given.values).encode()
        references.add_list(case, [lines], given.kind, by=by, at=at, source=given.source)
    return case


_digests: dict[int, tuple[Rulebook, str]] = {}


def _edition(book: Rulebook) -> str:
    """Worked out once for each rulebook of this process; the newest alone is kept."""
    if id(book) not in _digests:
        _digests.clear()
        _digests[id(book)] = (book, digest(book))
    return _digests[id(book)][1]


def _query(book: Rulebook, body: Raise) -> QueryType:
    if outside := outside_process(book, body.query_type):
        raise Invalid(f"{outside.name} keeps its own procedure. {outside.procedure}")
    query = book.query_types.get(body.query_type)
    if query is None:
        raise Invalid(f"“{body.query_type}” is no query type of the rules; /api/v1/query-types lists them.")
    if body.scenario and body.scenario not in book.scenarios:
        raise Invalid(f"“{body.scenario}” is no row of Appendix B; there are: {', '.join(book.scenarios)}.")
    return query


def _kind(query: QueryType) -> str:
    if query.process == "request" or query.key == "service-request":
        return Case.Kind.REQUEST
    return Case.Kind.ENQUIRY if query.nature == "business" else Case.Kind.INCIDENT


def _desk(book: Rulebook, body: Raise, answer: Gate, question: Question) -> tuple[Desk, dict[str, Any]]:
    """The desk, and what the gate said when it was chosen, for the case to remember."""
    fitting = [desk for offer in answer.desks for desk in desks_under(offer.desk, question.area)]
    offered = [desk for desk in fitting if why_not_raise(book, desk, question.roles) is None]
    if body.desk is None:
        if len(offered) != 1:
            raise Invalid(_choose(answer, offered))
        desk = offered[0]
    else:
        desk = _named(book, body.desk, question.roles)
        if desk not in offered and not body.override_because.strip():
            raise Invalid(f"{answer.why} Say in override_because why {desk} should take this all the same.")
    return desk, {
        "kind": answer.kind,
        "why": answer.why,
        "source": answer.source,
        "offered": [offer.desk for offer in answer.desks],
        "chosen": desk.rule,
        "notes": list(answer.notes),
        "override_because": "" if desk in offered else body.override_because.strip(),
    }


def _named(book: Rulebook, number: int, roles: frozenset[str]) -> Desk:
    desk = Desk.objects.select_related("owner").filter(pk=number, owner__closed_at=None).first()
    if desk is None:
        raise Invalid(f"There is no desk {number} in the directory; /api/v1/desks lists them.")
    if because := why_not_raise(book, desk, roles):
        raise Invalid(because)
    open_to = desks_open_to(book, roles)
    return next(each for each in open_to if each == desk)


def _choose(answer: Gate, offered: list[Desk]) -> str:
    if offered:
        return f"{answer.why} Name one as desk: {', '.join(f'{each.pk} ({each})' for each in offered)}."
    asks = " ".join(dict.fromkeys(offer.ask for offer in answer.desks if offer.ask))
    return " ".join(filter(None, [answer.why, asks, "Or name a desk, and say in override_because why it is theirs."]))


def _missing(book: Rulebook, query: QueryType, desk: Desk, body: Raise) -> tuple[str, ...]:
    """What the rules ask for and the request does not bring. Files are added to the case that is there then."""
    kinds = {each.kind for each in body.references}
    have = {"summary", *(key for key, words in body.evidence_in_words.items() if words.strip())}
    have |= {"description-and-impact"} if body.impact.strip() else set()
    have |= {"suspected-cause"} if body.suspected_cause.strip() else set()
    have |= {"investigation-evidence"} if body.investigated.strip() else set()
    have |= {"references"} if kinds & {"mpan", "transaction", "sender-reference", "correlation"} else set()
    have |= {"transaction-id"} if "transaction" in kinds else set()
    have |= {"mpan", "affected-count"} if "mpan" in kinds else set()
    have |= {"affected-count"} if body.affected else set()
    have |= {"error-code"} if "error-code" in kinds else set()
    have |= {"timestamp"} if body.started_at or "timestamp" in kinds else set()
    rule = desk.rule if desk.rule in book.desks else ""
    asked = required_evidence(book, query.key, rule, body.scenario)
    without = [each.evidence for each in asked if each.evidence.key not in have]
    if without and not body.without_because.strip():
        names = ", ".join(f"{each.label} ({each.key})" for each in without)
        raise Invalid(
            f"{desk} also asks for: {names}. Give it, in evidence_in_words by its key where it has no field, or say in"
            " without_because why you raise without it."
        )
    return tuple(each.key for each in without)


def _in_words(book: Rulebook, body: Raise) -> list[str]:
    if unknown := sorted(set(body.evidence_in_words) - set(book.evidence)):
        raise Invalid(f"“{unknown[0]}” is no kind of evidence; there are: {', '.join(book.evidence)}.")
    told = body.evidence_in_words.items()
    return [f"{book.evidence[key].label}: {words.strip()}" for key, words in told if words.strip()]
