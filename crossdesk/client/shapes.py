"""What the API answers, as far as this client knows it. Members that a newer server adds are passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Named:
    """A party, or a desk."""

    id: int
    name: str


@dataclass(frozen=True)
class Standing:
    part: str
    ball: str
    next_who: str
    next_what: str
    next_by: datetime | None


@dataclass(frozen=True)
class Question:
    id: int
    asked_by: Named
    asked_of: str
    engagement: int | None
    due_at: datetime
    words: str


@dataclass(frozen=True)
class Report:
    impact: str
    suspected_cause: str
    investigated: str
    own_reference: str
    started_at: datetime | None
    without_because: str


@dataclass(frozen=True)
class References:
    id: int
    kind: str
    source: str
    lines: int
    distinct: int
    repeated: int
    bad: int
    retracted: bool


@dataclass(frozen=True)
class Evidence:
    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    erased: bool
    content: str


@dataclass(frozen=True)
class Engagement:
    case: str
    number: int
    from_desk: Named
    to_desk: Named
    stage: str
    ask: str
    outside_because: str
    priority: int | None
    their_reference: str
    acknowledge_by: datetime | None
    answer_by: datetime | None
    created_at: datetime
    received_at: datetime | None
    resolved_at: datetime | None
    settled_at: datetime | None
    silent: bool
    undeliverable: bool
    redirected_to: str
    questions: tuple[Question, ...]
    etag: str = ""
    """Empty where it stood within a case: read it by itself before changing it."""


@dataclass(frozen=True)
class EngagementRow:
    case: str
    number: int
    from_desk: Named
    to_desk: Named
    stage: str
    ask: str
    their_reference: str
    answer_by: datetime | None
    settled: bool


@dataclass(frozen=True)
class Case:
    reference: str
    kind: str
    summary: str
    query_type: str
    system: str
    scenario: str
    stage: str
    outcome: str
    priority: int | None
    raiser: Named
    owner: Named
    raised_at: datetime
    reopened_at: datetime | None
    triaged_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    bounces: int
    restricted: bool
    standing: Standing | None
    report: Report | None
    engagements: tuple[Engagement, ...]
    questions: tuple[Question, ...]
    references: tuple[References, ...]
    evidence: tuple[Evidence, ...]
    newest: int
    etag: str = ""


@dataclass(frozen=True)
class CaseRow:
    reference: str
    kind: str
    summary: str
    query_type: str
    system: str
    stage: str
    outcome: str
    priority: int | None
    raiser: Named
    owner: Named
    raised_at: datetime
    changed_at: datetime
    standing: Standing


@dataclass(frozen=True)
class Entry:
    seq: int
    kind: str
    audience: str
    engagement: int | None
    happened_at: datetime
    recorded_at: datetime
    author: str
    organisation: str
    words: str
    erased: bool
    detail: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Desk:
    id: int
    rule: str
    name: str
    kind: str
    owner: Named
    provider: Named
    works_here: bool
    hours: str
    covers: tuple[str, ...]
    asks_for: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    key: str
    label: str


@dataclass(frozen=True)
class QueryType:
    key: str
    name: str
    nature: str
    system: str
    evidence: tuple[Asked, ...]
    source: str


@dataclass(frozen=True)
class Affected:
    id: int
    case: str
    kind: str
    key: str
    party: Named | None
    says: str
    meters: int
    said_at: datetime


@dataclass(frozen=True)
class Share:
    party: Named
    mpans: int


@dataclass(frozen=True)
class Impact:
    mpans: int
    meters: int
    counted_at: datetime | None
    shares: tuple[Share, ...]
    affected: tuple[Affected, ...]


@dataclass(frozen=True)
class Caller:
    key: str
    party: Named
    desks: tuple[Named, ...]
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True)
class Hit:
    kind: str
    key: str
    what: str
    title: str
    about: str
    score: float


@dataclass(frozen=True)
class ArticleRow:
    reference: str
    title: str
    summary: str
    codes: tuple[str, ...]
    systems: tuple[str, ...]
    version: int
    published_at: datetime | None
    desk: str


@dataclass(frozen=True)
class Article(ArticleRow):
    words: str


@dataclass(frozen=True)
class KnownError:
    reference: str
    title: str
    symptoms: str
    workaround: str
    state: str
    systems: tuple[str, ...]
    interfaces: tuple[str, ...]
    codes: tuple[str, ...]
    fix_due: datetime | None
    desk: str


@dataclass(frozen=True)
class Reference:
    kind: str
    key: str
    what: str
    title: str
    text: str
    also: tuple[str, ...]


# Requests


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class FormField:
    """Its answer is a text; where there are choices, the value of one."""

    name: str
    label: str
    kind: str
    required: bool
    help: str
    choices: list[Choice]


@dataclass(frozen=True)
class Needed:
    by: str
    role: str
    people: int
    order: int
    because: str


@dataclass(frozen=True)
class Step:
    name: str
    by: str
    order: int


@dataclass(frozen=True)
class ItemRow:
    key: str
    name: str
    group: str
    purpose: str
    why_not: str


@dataclass(frozen=True)
class Item(ItemRow):
    edition: str
    fields: list[FormField]
    approvals: list[Needed]
    steps: list[Step]


@dataclass(frozen=True)
class Answer:
    label: str
    value: str


@dataclass(frozen=True)
class Approval:
    id: int
    whose: str
    asked_at: datetime | None
    object_by: datetime | None
    decision: str
    decided_at: datetime | None
    by: str
    words: str
    why_not: str


@dataclass(frozen=True)
class Task:
    id: int
    name: str
    desk: Named | None
    read_off: str
    found: str
    ready_at: datetime | None
    begun_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    words: str
    why_not_begin: str
    why_not_finish: str


@dataclass(frozen=True)
class RequestRow:
    reference: str
    item: str
    name: str
    state: str
    raiser: Named
    owner: Named
    asked_at: datetime
    done: int
    steps: int


@dataclass(frozen=True)
class Request(RequestRow):
    answers: list[Answer]
    approvals: list[Approval]
    refused_before: list[Approval]
    tasks: list[Task]
    etag: str = ""
