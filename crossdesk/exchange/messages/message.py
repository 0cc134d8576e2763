"""The canonical message: one thing said on one link. Every channel renders it in its own way; ours is its JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasGenerator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from crossdesk.desks.ways import Meaning
from crossdesk.exchange.letters.words import one_line, storable
from crossdesk.kit.refusal import Unusable

SCHEMA = "crossdesk.exchange/1"
MEDIA_TYPE = "application/vnd.crossdesk.exchange+json"
LARGEST = 24 * 2**20
"""Bytes of one message with its files, which travel in base64."""
LARGEST_FILE = 8 * 2**20
"""Bytes of one that a partner's ticket holds."""
INSIDE, BESIDE = 2 * 2**20, 128 * 2**20
"""Bytes of files that go in a message to another Crossdesk, and as many more as requests of their own before it."""
MOST_FILES, MOST_REFERENCES = 30, 100_000
MOST_SAID = 2000
"""Letters of one field of theirs."""
LONGEST_WORDS = 60_000


def _line(longest: int) -> AfterValidator:
    """What a stranger wrote in one line, cut where ours ends: the raw message keeps the rest."""
    return AfterValidator(lambda text: one_line(text, longest))


Line = Annotated[str, _line(200)]
MessageId = Annotated[str, StringConstraints(min_length=8, max_length=200, pattern=r"^[!-~]+$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, _line(60)]
Words = Annotated[str, StringConstraints(max_length=LONGEST_WORDS), AfterValidator(storable)]


class Kind(StrEnum):
    RAISE = "raise"
    ACCEPT = "accept"
    REJECT_REDIRECT = "reject-redirect"
    UPDATE = "update"
    REQUEST_INFO = "request-info"
    SUPPLY_INFO = "supply-info"
    PROPOSE_RESOLUTION = "propose-resolution"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    WITHDRAW_ACK = "withdraw-ack"
    CLOSE = "close"
    CHASE = "chase"
    RECEIPT = "receipt"


CALLED = {"spoken": "schema", "sender": "from", "about": "case", "files": "attachments"}
"""Outside they have the protocol's names, which are words of Python's or ours for something else."""


def _read_as(name: str) -> AliasChoices:
    return AliasChoices(CALLED.get(name, name), name)


def _written_as(name: str) -> str:
    return CALLED.get(name, name)


class Part(BaseModel):
    """Members of a later version are kept with the raw bytes and change nothing here."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64")


class Side(Part):
    party: Line = ""
    desk: Line = ""
    author: Line = ""


class About(Part):
    """Section 7.1.2 of the approach: what a desk that is engaged has to know."""

    title: Line
    description: Words = ""
    impact: Words = ""
    outside_because: Words = ""
    investigated: Words = ""
    suspected_cause: Words = ""
    priority: int | None = Field(default=None, ge=1, le=4)
    kind: Short = ""
    """Incident, request or enquiry."""
    query_type: Short = ""
    system: Short = ""
    started_at: AwareDatetime | None = None
    affected: int | None = Field(default=None, ge=0)
    """Different MPANs over all linked cases; only where the agreement names the field."""


class Reference(Part):
    type: Short
    value: Annotated[str, _line(120)]


class State(Part):
    mapped: Meaning = Meaning.UNKNOWN
    raw: Annotated[str, _line(80)] = ""


class Redirect(Part):
    to: Line = ""
    """The desk it belongs to, by name; empty where they know only that it is not theirs."""


class TheirField(Part):
    """A field of their ticket that the agreement names, as it reads there and as what it is to us."""

    name: Short
    raw: Annotated[str, _line(MOST_SAID)]
    value: Annotated[str, _line(MOST_SAID)] = ""
    """Empty: the agreement gives it no meaning, so it is kept raw and flagged."""
    owner: Short = "us"
    """Whose word counts."""


class File(Part):
    name: Line
    media_type: Line = "application/octet-stream"
    size: int = Field(ge=0)
    sha256: Digest
    content: bytes | None = None
    """None where it comes beside the message, or not at all; then the name says what there is to ask for."""
    beside: bool = False
    """It is too large for the message and comes as a request of its own, before it."""
    why: Line = ""
    """Why it does not come, in a sentence of its sender."""


class Message(Part):
    model_config = ConfigDict(
        alias_generator=AliasGenerator(validation_alias=_read_as, serialization_alias=_written_as)
    )

    spoken: str = SCHEMA
    id: MessageId
    """Idempotency key, webhook id and left part of a Message-ID at once."""
    link: Token
    """The sender's own name of the link; the same in every message of it."""
    kind: Kind
    seq: int = Field(ge=1)
    after: int = Field(default=0, ge=0)
    """The last one before it that was taken or settled: the receiver waits for that one and for no other."""
    heard: int = Field(default=0, ge=0)
    """How far the sender had read the other direction when it wrote this: gives both ends one order."""
    occurred_at: AwareDatetime
    sender: Side = Side()
    to: Side = Side()
    our_number: Short = ""
    your_number: Short = ""
    words: Words = ""
    about: About | None = None
    references: list[Reference] = Field(default=[], max_length=MOST_REFERENCES)
    state: State | None = None
    due: AwareDatetime | None = None
    redirect: Redirect | None = None
    files: list[File] = Field(
        default=[],
        validation_alias=AliasChoices("attachments", "files"),
        serialization_alias="attachments",
        max_length=MOST_FILES,
    )
    fields: list[TheirField] = Field(default=[], max_length=20)
    judged: int | None = Field(default=None, ge=1, le=4)
    """Their own priority of it, beside which ours stays ours."""
    hops: int = Field(default=0, ge=0, le=99)

    def encoded(self) -> bytes:
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


class Unreadable(Unusable):
    """It is no message of ours; the sentence says which member is wrong."""


def read_message(body: bytes) -> Message:
    if len(body) > LARGEST:
        raise Unreadable(f"The message is larger than {LARGEST // 2**20} MB; send large files beside it.")
    try:
        message = Message.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"]) or "the whole"
        raise Unreadable(f"The message cannot be read: {where}: {first['msg']}.") from wrong
    if not message.spoken.startswith("crossdesk.exchange/1"):
        raise Unreadable(f"The message speaks “{message.spoken[:40]}”; this desk speaks {SCHEMA}.")
    return message
