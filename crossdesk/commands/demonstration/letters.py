"""Letters of the demonstration: real ones, taken in and read as every letter is, so that each ends with a real fate.

A story's step `do = "letter"` has the desk at the other end of its leg write the `eml` it names. What belongs to no
story stands in letters.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import table
from crossdesk.exchange import receiving, sending, sunk
from crossdesk.exchange.composing import write_letter
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import addresses

if TYPE_CHECKING:
    from crossdesk.commands.demonstration.their_tool import TheirTool
    from crossdesk.commands.demonstration.told import Told

TAKEN_AFTER = timedelta(seconds=4)


def arrive(eml: str, at: datetime, *, envelope_from: str | None = None, **told: str) -> RawMail:
    """`told` fills what the letter leaves open: $to, $reference, $sender and whatever else it names."""
    ours = addresses()
    told = {"to": f"{ours.desk}@{ours.domain}", "sender": "somebody@elsewhere.example"} | told
    written = Template(files(__package__).joinpath("letters", eml).read_text(encoding="utf-8"))
    number = RawMail.objects.count() + 1
    words = written.substitute(told, date=format_datetime(at), message_id=f"<{number}.{eml}@demonstration.example>")
    path = told["sender"] if envelope_from is None else envelope_from
    letter = RawLetter(words.replace("\n", "\r\n").encode(), path, (told["to"],), at, Transport.SMTP)
    receiving.store(letter)
    mail = RawMail.objects.get(sha256=letter.digest)
    receiving.process(mail.pk, at)
    mail.refresh_from_db()
    return mail


def leave(at: datetime, tool: TheirTool | None) -> None:
    """What was written up to now leaves as it did then, into the demonstration's sink or to the tool that is played;
    its time stays that time."""
    written = OutboxItem.objects.filter(state__in=OutboxItem.UNSENT, next_try_at__lte=at - TAKEN_AFTER)
    for item in written.order_by("next_try_at", "pk"):
        moment = item.next_try_at + TAKEN_AFTER
        if item.link_id:
            assert tool is not None
            tool.hear(item, moment)
            continue
        content = write_letter(item, moment)
        sunk.keep(RawLetter(content, "", (item.to_address,), moment, Transport.SMTP))
        item.attempts = 1
        sending.taken(item, moment, None)
        item.save()


def from_the_desk(told: Told) -> None:
    """A step of a story: the desk that was engaged answers from its own mailbox."""
    leg = told.leg
    to = addresses().reply_address(Kind.LEG, leg.pk)
    mail = arrive(told.more["eml"], told.at, to=to, sender=leg.to_desk.address, **_about(told.case, leg, told.more))
    if mail.fate == RawMail.Fate.WAITING:
        raise ValueError(f"The letter {told.more['eml']} could not be read.")


def sent_back(told: Told) -> None:
    """A step of a story: the newest letter of ours on the leg comes back undelivered."""
    item = OutboxItem.objects.filter(leg=told.leg).latest("number")
    to = addresses().bounce_address(Kind.LETTER, item.pk)
    arrive("sent-back.eml", told.at, envelope_from="", to=to, failed=item.to_address, original=item.message_id)


def strays(cases: Mapping[str, Case], at: datetime) -> None:
    """Letters that belong to no story: most of them wait for a person. Some name the case of one, by its key."""
    for row in table("letters.toml")["letter"]:
        told = {name: value for name, value in row.items() if name not in {"eml", "ago", "about"}}
        if "about" in row:
            told["reference"] = cases[row["about"]].reference
        arrive(row["eml"], at - length(row["ago"]), **told)


def _about(case: Case, leg: Leg, more: Any) -> dict[str, str]:
    return {"reference": case.reference, "desk": leg.to_desk.name, "words": str(more.get("words", ""))}
