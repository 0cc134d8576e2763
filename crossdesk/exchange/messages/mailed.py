"""The message in a letter that came: its `case.json`, or the fixed block its words begin with. Read and not believed:
whether the sender's word counts is decided elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from crossdesk.desks.ways import Meaning, Ways
from crossdesk.exchange.letters.compose import NOT_KNOWN, WRITE_ABOVE
from crossdesk.exchange.letters.display import words_of
from crossdesk.exchange.letters.quotes import split_quoted
from crossdesk.exchange.letters.read import Attachment, Letter
from crossdesk.exchange.letters.words import one_line
from crossdesk.exchange.messages.message import (
    LONGEST_WORDS,
    MEDIA_TYPE,
    Kind,
    Message,
    Redirect,
    State,
    Unreadable,
    read_message,
)
from crossdesk.kit.time import LONDON

BLOCK_LINE = re.compile(
    r"(?i)(our-ref|your-ref|kind|state|priority|action-needed-by|redirect-to)[ \t]{0,3}:[ \t]{0,8}(.{0,200})"
)
WHEN = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?::\d\d)?(Z| ?UTC)?")
WHENEVER = datetime.max.replace(tzinfo=UTC)
"""A block says no time of its own, and nothing happens later than it is read."""
MOST_LINES = 12
NO_LINK = "mail"
"""What a block calls its conversation: it names none, its reply address does."""
BY_STATE = {
    Meaning.DELIVERED: Kind.RECEIPT,
    Meaning.ACKNOWLEDGED: Kind.RECEIPT,
    Meaning.IN_PROGRESS: Kind.UPDATE,
    Meaning.PENDING_US: Kind.REQUEST_INFO,
    Meaning.PENDING_THEM: Kind.UPDATE,
    Meaning.RESOLVED: Kind.PROPOSE_RESOLUTION,
    Meaning.CLOSED: Kind.CLOSE,
    Meaning.DECLINED: Kind.REJECT_REDIRECT,
    Meaning.WITHDRAWN: Kind.WITHDRAW_ACK,
}
"""What a letter is that names no kind, only the state its ticket went to."""
OUR_WORDS = {"new": Meaning.ACKNOWLEDGED, "rejected": Meaning.DECLINED, "cancelled": Meaning.WITHDRAWN}


class NotUnderstood(Unreadable):
    """There is a message in it and it says something unknown: a person reads it, nothing is guessed."""


@dataclass(frozen=True)
class Mailed:
    message: Message
    whole: bool
    """It came as `case.json`, under an id and a place of its own."""
    letter: Letter
    """The letter without it: its words and its files."""
    remark: str = ""
    """What of it was not understood and changes nothing else."""


def mailed(letter: Letter, ways: Ways) -> Mailed | None:
    """Nothing where a person wrote freely. Raises `NotUnderstood`."""
    files = [each for each in letter.attachments if is_message(each)]
    if len(files) > 1:
        raise NotUnderstood("It carries several messages for a machine, and nobody can tell which one counts.")
    if files:
        return _whole(letter, files[0])
    lines, words = block_of(letter)
    return _from_block(letter, lines, words, ways) if {"kind", "state"} & set(lines) else None


def is_message(file: Attachment) -> bool:
    plain = file.content_type in {"application/json", "application/octet-stream", "text/plain"}
    return file.content_type == MEDIA_TYPE or (plain and file.name.lower() == "case.json")


def _whole(letter: Letter, file: Attachment) -> Mailed:
    try:
        message = read_message(file.content)
    except Unreadable as wrong:
        raise NotUnderstood(f"Its case.json is not understood. {wrong}") from wrong
    beside = tuple(each for each in letter.attachments if each is not file)
    came = {each.digest for each in beside}
    left_out = [each for each in message.files if each.content is None and each.sha256 not in came]
    rest = replace(letter, attachments=beside)
    return Mailed(message.model_copy(update={"files": left_out}), True, rest)


def block_of(letter: Letter) -> tuple[dict[str, str], str]:
    """The lines the letter begins with, and the words after them. A quoted letter of ours further down is no block."""
    said: dict[str, str] = {}
    lines = words_of(letter)[:LONGEST_WORDS].replace("\r\n", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip() not in {"", WRITE_ABOVE}), len(lines))
    number = start
    while number < min(len(lines), start + MOST_LINES) and (found := BLOCK_LINE.fullmatch(lines[number].strip())):
        said.setdefault(found[1].lower(), one_line(found[2]))
        number += 1
    return said, split_quoted("\n".join(lines[number:]).strip()).new.strip()


def _from_block(letter: Letter, lines: dict[str, str], words: str, ways: Ways) -> Mailed:
    state, remark = _state(lines.get("state", ""), ways)
    message = Message(
        id=_id(letter),
        link=NO_LINK,
        kind=_kind(lines.get("kind", ""), state),
        seq=1,
        occurred_at=WHENEVER,
        our_number=lines.get("our-ref", ""),
        your_number="" if lines.get("your-ref", "").lower() == NOT_KNOWN else lines.get("your-ref", ""),
        words=words,
        state=state,
        due=_when(lines.get("action-needed-by", "")),
        redirect=Redirect(to=lines["redirect-to"]) if lines.get("redirect-to") else None,
    )
    return Mailed(message, False, letter, remark)


def _id(letter: Letter) -> str:
    printable = re.sub(r"[^!-~]", "", letter.message_id.strip("<>"))[:200]
    return printable if len(printable) >= 8 else sha256(letter.text.encode()).hexdigest()


def _kind(said: str, state: State | None) -> Kind:
    name = re.sub(r"[\s_]+", "-", said.strip().lower())
    if not name and state and state.mapped in BY_STATE:
        return BY_STATE[state.mapped]
    try:
        return Kind(name)
    except ValueError:
        what = f"Kind: {said}" if name else f"State: {state.raw if state else ''}"
        raise NotUnderstood(f"It says “{what}”, which is not known here; read it and decide what it is.") from None


def _state(said: str, ways: Ways) -> tuple[State | None, str]:
    """By the agreed map; where there is none, by the names messages have for states."""
    if not said:
        return None, ""
    name = re.sub(r"[\s-]+", "_", said.strip().lower())
    known = {each.value: each for each in Meaning} | OUR_WORDS
    agreed = {raw.lower(): meaning for raw, meaning in ways.states.items()}
    mapped = agreed.get(said.strip().lower()) or (Meaning.UNKNOWN if agreed else known.get(name, Meaning.UNKNOWN))
    remark = f" Their state “{said[:60]}” is not known here and changed nothing." if mapped is Meaning.UNKNOWN else ""
    return State(mapped=mapped, raw=said), remark


def _when(said: str) -> datetime | None:
    found = WHEN.search(said)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError:
        return None
    return at.replace(tzinfo=UTC if found[3] else LONDON)
