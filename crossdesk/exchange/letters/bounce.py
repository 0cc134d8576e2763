"""What a delivery report says (RFC 3464), and what can be gathered from one that does not follow it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from crossdesk.exchange.letters.headers import message_ids, plain_address, split_headers
from crossdesk.exchange.letters.read import Letter
from crossdesk.exchange.letters.words import one_line

REPORTS = {"message/delivery-status", "message/global-delivery-status"}
RETURNED = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
}
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<!\d)([45])\d\d[ -](?=\S)")
ADDRESS = re.compile(r"<?([^\s<>\"(),;:]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9])>?")
# Only half of real reports carry a status. Their words, and the status that each would have had:
PHRASES = (
    ("4.2.2", re.compile(r"(?i)temporarily over quota|try again later")),
    ("4.4.7", re.compile(r"(?i)delayed|has not yet been delivered|will (continue|keep) (trying|to try)|still being")),
    ("5.2.2", re.compile(r"(?i)(mailbox|inbox|quota)[^.\n]{0,40}(full|exceeded)|over quota|out of storage")),
    ("5.2.3", re.compile(r"(?i)(message|size)[^.\n]{0,40}(too (large|big)|exceeds)")),
    ("5.1.2", re.compile(r"(?i)(domain|host)[^.\n]{0,40}(not found|unknown|does not exist)|nxdomain")),
    ("5.7.1", re.compile(r"(?i)(blocked|rejected|denied|spam|policy|blacklist|not authori[sz]ed|dmarc)")),
    ("5.1.1", re.compile(r"(?i)(user|recipient|address|mailbox|account)[^.\n]{0,40}(unknown|not found|invalid|disabled|"
                         r"does(n't| not) exist|unavailable|rejected)|no such (user|recipient|mailbox|address)")),
)  # fmt: skip
REASONS = {
    "5.1.1": "There is no such mailbox.",
    "5.1.2": "There is no such mail domain.",
    "5.1.10": "There is no such mailbox.",
    "5.2.1": "The mailbox is closed.",
    "5.2.2": "The mailbox is full.",
    "5.2.3": "The letter is too large for the mailbox.",
    "5.7.1": "The receiving server does not allow it.",
    "4.2.2": "The mailbox is full at the moment.",
    "4.4.7": "It has not been delivered yet; the server goes on trying.",
}
CLASSES = {"2": "It was delivered.", "4": "It has not been delivered yet.", "5": "It cannot be delivered."}


class Fate(StrEnum):
    DELIVERED = "delivered"
    DELAYED = "delayed"
    FAILED = "failed"


@dataclass(frozen=True)
class Bounce:
    fate: Fate
    status: str  # such as 5.1.1; "" where nobody said
    recipient: str
    original_message_id: str  # of our letter, or "" where the report does not return it
    diagnostic: str

    @property
    def reason(self) -> str:
        return REASONS.get(self.status) or CLASSES.get(self.status[:1], "The report does not say why.")


def read_bounces(letter: Letter) -> tuple[Bounce, ...]:
    """One for each recipient the report names; none when it names neither a recipient nor a reason."""
    original = original_message_id(letter)
    reports = [each.content for each in letter.attachments if each.content_type in REPORTS]
    found = [bounce for report in reports for bounce in by_the_standard(report, original)]
    return tuple(found[:100]) or by_its_words(letter, original)


def by_the_standard(report: bytes, original: str) -> list[Bounce]:
    bounces = []
    for block in re.split(rb"(?:\r?\n){2,}", report.strip())[:200]:
        fields = dict(reversed(split_headers(block + b"\n\n")[0]))
        recipient = after_type(fields.get("final-recipient") or fields.get("original-recipient", ""))
        if not recipient and "action" not in fields:
            continue  # the first block speaks of the whole letter
        diagnostic = one_line(fields.get("diagnostic-code", ""), 500)
        stated = STATUS.search(fields.get("status", "")) or STATUS.search(diagnostic)
        status = stated[0] if stated else ""
        fate = fate_of(fields.get("action", ""), status)
        bounces.append(Bounce(fate, status, plain_address(recipient), original, diagnostic))
    return bounces


def after_type(value: str) -> str:
    return value.rpartition(";")[2].strip().strip("<>")


def fate_of(action: str, status: str) -> Fate:
    match action.partition(";")[0].strip().lower():
        case "failed":
            # Some servers write "failed" above a status that means "later"; the status is the finer word.
            return Fate.DELAYED if status.startswith("4") else Fate.FAILED
        case "delayed":
            return Fate.DELAYED
        case "delivered" | "relayed" | "expanded":
            return Fate.DELIVERED
        case _:
            return {"2": Fate.DELIVERED, "4": Fate.DELAYED}.get(status[:1], Fate.FAILED)


def by_its_words(letter: Letter, original: str) -> tuple[Bounce, ...]:
    words = letter.text[:20_000]
    failed = [plain_address(each) for each in re.split(r"[,\s]+", letter.header("X-Failed-Recipients")) if each]
    # What follows is our own letter, whose words say nothing about its delivery.
    words = re.split(r"(?im)^-+ ?(?:this is a copy|original message|the header|below this line)", words)[0]
    status = status_in(f"{letter.subject}\n{words}")
    if not failed and not status:
        return ()
    if not failed:
        named = (plain_address(found[1]) for found in ADDRESS.finditer(words))
        failed = [next((each for each in named if each and each != letter.sender.email), "")]
    line = next((line for line in words.splitlines() if STATUS.search(line) or REPLY_CODE.search(line)), "")
    bounces = (Bounce(fate_of("", status), status, each, original, one_line(line, 500)) for each in failed[:100])
    return tuple(bounces)


def status_in(words: str) -> str:
    if stated := STATUS.search(words):
        return stated[0]
    guess = next((status for status, phrase in PHRASES if phrase.search(words)), "")
    if not guess and (code := REPLY_CODE.search(words)):
        return f"{code[1]}.0.0"
    return guess


def original_message_id(letter: Letter) -> str:
    for each in letter.attachments:
        if each.content_type in RETURNED:
            fields = dict(reversed(split_headers(each.content)[0]))
            if found := message_ids(fields.get("message-id", "")):
                return found[0]
    quoted = re.search(r"(?im)^[>\s]*Message-ID:\s*(<[^<>\s]{1,400}>)", letter.text)
    return quoted[1] if quoted else next(iter(letter.in_reply_to or letter.references), "")
