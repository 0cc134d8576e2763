"""What the API answers. Whatever the key's viewer may not read is not in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class PartyOut(Schema):
    id: int
    name: str


class DeskOut(PartyOut):
    pass


class StandingOut(Schema):
    """How the case stands for the caller: what its own list would show."""

    part: str
    ball: str
    next_who: str
    next_what: str
    next_by: datetime | None


class WorkingOut(Schema):
    """A desk that works on the case, as far as the caller may know of it."""

    desk: str
    stage: str
    flag: str


class QuestionOut(Schema):
    id: int
    asked_by: DeskOut
    asked_of: str
    engagement: int | None
    due_at: datetime
    words: str


class ReportOut(Schema):
    """What the raiser brought; for the raiser and the owning desk."""

    impact: str
    suspected_cause: str
    investigated: str
    own_reference: str
    started_at: datetime | None
    without_because: str


class EngagementOut(Schema):
    """A leg: the part of a case that another desk works on. For its two desks."""

    case: str
    number: int
    from_desk: DeskOut
    to_desk: DeskOut
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
    questions: list[QuestionOut]


class ReferencesOut(Schema):
    """One list of references as it was given. Its members are read by asking for them, which leaves an entry."""

    id: int
    kind: str
    source: str
    lines: int
    distinct: int
    repeated: int
    bad: int
    retracted: bool


class EvidenceOut(Schema):
    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    erased: bool
    content: str


class CaseOut(Schema):
    reference: str
    kind: str
    summary: str
    query_type: str
    system: str
    scenario: str
    stage: str
    outcome: str
    priority: int | None
    raiser: PartyOut
    owner: DeskOut
    raised_at: datetime
    reopened_at: datetime | None
    triaged_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    bounces: int
    restricted: bool
    standing: StandingOut | None
    working: list[WorkingOut]
    report: ReportOut | None
    engagements: list[EngagementOut]
    questions: list[QuestionOut]
    references: list[ReferencesOut]
    evidence: list[EvidenceOut]
    newest: int
    """The sequence of the last entry that the caller may read: `since` for the timeline."""


class CaseRow(Schema):
    reference: str
    kind: str
    summary: str
    query_type: str
    system: str
    stage: str
    outcome: str
    priority: int | None
    raiser: PartyOut
    owner: DeskOut
    raised_at: datetime
    changed_at: datetime
    standing: StandingOut


class EntryOut(Schema):
    """One thing that happened. Sequences are the case's, so those of entries for other readers are missing."""

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


class AffectedOut(Schema):
    id: int
    case: str
    kind: str
    key: str
    party: PartyOut | None
    says: str
    meters: int
    said_at: datetime


class ShareOut(Schema):
    party: PartyOut
    mpans: int


class ImpactOut(Schema):
    """Distinct over everything linked; whose, only as far as the caller reads the case it was given on."""

    mpans: int
    meters: int
    counted_at: datetime | None
    shares: list[ShareOut]
    affected: list[AffectedOut]


class DirectoryDesk(Schema):
    id: int
    rule: str
    name: str
    kind: str
    owner: PartyOut
    provider: PartyOut
    works_here: bool
    hours: str
    covers: list[str]
    asks_for: list[str]


class SystemOut(Schema):
    key: str
    name: str
    code: str
    run_by: str
    source: str


class EvidenceKind(Schema):
    key: str
    label: str


class QueryTypeOut(Schema):
    key: str
    name: str
    nature: str
    system: str
    evidence: list[EvidenceKind]
    source: str


class CallerOut(Schema):
    """Whom this key stands for, and what it may be used for."""

    key: str
    party: PartyOut
    desks: list[DeskOut]
    scopes: list[str]
    expires_at: datetime


class Members(Schema):
    values: list[str]


class ProblemOut(Schema):
    """RFC 9457. `detail` is the sentence that a person would read on the page."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None


class SubscriptionIn(Schema):
    """`events` empty: all of them."""

    url: str
    name: str = ""
    events: list[str] = []


class SubscriptionOut(Schema):
    id: UUID
    url: str
    name: str
    events: list[str]
    made_by: str
    made_at: datetime
    paused_at: datetime | None
    paused_because: str


class AttemptOut(Schema):
    """`status` is null where it was not taken; `answer` is then the reason."""

    at: datetime
    took_ms: int
    status: int | None
    answer: str


class DeliveryOut(Schema):
    """One event; `id` is the `webhook-id` that it is sent under, however often."""

    id: UUID
    event: str
    state: str
    happened_at: datetime
    told_at: datetime | None
    next_try_at: datetime | None
    attempts: list[AttemptOut]


class SigningKeys(Schema):
    """Public keys, the newest first, as Standard Webhooks writes them."""

    keys: list[str]


class HitOut(Schema):
    """`kind` and `key` name it: an article, a known error, or a row of the market's reference."""

    kind: str
    key: str
    what: str
    title: str
    about: str
    score: float


class ArticleRow(Schema):
    reference: str
    title: str
    summary: str
    codes: list[str]
    systems: list[str]
    version: int
    published_at: datetime | None
    desk: str


class ArticleOut(ArticleRow):
    """`words` are Markdown, as they were written: show them as harmless markup."""

    words: str


class KnownErrorOut(Schema):
    reference: str
    title: str
    symptoms: str
    workaround: str
    state: str
    systems: list[str]
    interfaces: list[str]
    codes: list[str]
    fix_due: datetime | None
    desk: str


class ReferenceOut(Schema):
    """A row of the market's own reference, in words."""

    kind: str
    key: str
    what: str
    title: str
    text: str
    also: list[str]
