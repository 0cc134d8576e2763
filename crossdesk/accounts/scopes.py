"""What a key may be for. Each scope opens some machine doors; what is seen behind them is the party's, whatever the
scope."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from crossdesk.access import Invalid


class Scope(StrEnum):
    TICKETS = "tickets"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    EVIDENCE = "evidence"
    IMPACT = "impact"
    DIRECTORY = "directory"
    EXCHANGE = "exchange"
    WEBHOOKS = "webhooks"
    KNOWLEDGE = "knowledge"
    SIGNALS = "signals"
    REQUESTS = "requests"
    APPROVALS = "approvals"

    @property
    def opens(self) -> str:
        return OPENS[self]


OPENS = {
    Scope.TICKETS: "trouble tickets as TM Forum's TMF621 describes them: reads and writes",
    Scope.CASES_READ: "reads cases, engagements, references and timelines",
    Scope.CASES_WRITE: "raises cases and acts on cases and engagements",
    Scope.EVIDENCE: "reads and adds evidence",
    Scope.IMPACT: "reads and claims impact",
    Scope.DIRECTORY: "reads desks, systems and query types",
    Scope.EXCHANGE: "exchanges messages with another Crossdesk, and is told of changes",
    Scope.WEBHOOKS: "says where to tell of changes, and reads what was told",
    Scope.KNOWLEDGE: "searches and reads articles, known errors and the market's reference",
    Scope.REQUESTS: "reads the catalogue and requests, asks for what is in it, and does steps of the work",
    Scope.APPROVALS: "approves and refuses requests for the party, as its managers and administrators do",
    Scope.SIGNALS: "gives events of the DIP's message journal, and reads what became of them",
}


class Scoped(Protocol):
    @property
    def scopes(self) -> list[str]: ...


def scopes_of(scoped: Scoped) -> frozenset[Scope]:
    """Of a key or an access token. One that this version no longer knows opens nothing."""
    return frozenset(Scope(each) for each in scoped.scopes if each in list(Scope))


def scopes_from(given: Iterable[str]) -> frozenset[Scope]:
    """Also one string with spaces in it, as OAuth writes several."""
    words = [word for each in given for word in each.split()]
    unknown = sorted({word for word in words if word not in list(Scope)})
    if unknown:
        raise Invalid(f"“{', '.join(unknown)}” is no scope; there are: {', '.join(Scope)}.")
    if not words:
        raise Invalid(f"Name at least one scope; there are: {', '.join(Scope)}.")
    return frozenset(map(Scope, words))
