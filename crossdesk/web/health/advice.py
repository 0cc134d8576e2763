"""What a fault is to a reader's own party, and what it should do next. Nobody else is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.cases.models import Case
from crossdesk.kit.time import clock_time, zone
from crossdesk.signals.models import Concern, Side

OWN = {
    Side.SENDER: (
        "Your messages break an inbound rule",
        "Correct them and send them again; the DIP's validation service checks one before it is sent.",
    ),
    Side.RECIPIENT: (
        "Your own system refuses messages",
        "Look for the code in your own log, and mend what refuses them; then ask the DIP to requeue them.",
    ),
    Side.ENDPOINT: (
        "Your endpoint takes no messages",
        "See whether it answers at all: its certificate, its firewall, its load. Then ask the DIP for a requeue;"
        " it holds what it could not deliver.",
    ),
}
OTHERS = {
    Side.SENDER: ("Messages to you break an inbound rule", "Nothing to do yet: their sender corrects them."),
    Side.RECIPIENT: (
        "Your messages are refused by their recipient's own system",
        "Keep them, and send none of them again before it is mended; if the code tells of your own data, correct that.",
    ),
    Side.ENDPOINT: (
        "Your messages do not reach their recipient",
        "Nothing to do yet: the DIP holds them, and the recipient asks for them once its endpoint answers.",
    ),
    Side.DIP: ("The DIP cannot handle messages of yours", "Nothing to do yet: keep them until the DIP works again."),
}


@dataclass(frozen=True)
class Advice:
    concern: Concern
    what: str
    since: str
    detail: str
    next: str
    case: Case | None

    @property
    def over(self) -> bool:
        return self.concern.over_at is not None


def advise(concern: Concern, readable: dict[object, Case], at: datetime) -> Advice:
    side = Side(concern.side) if concern.side else Side.DIP
    what, then = (OWN if concern.at_fault else OTHERS).get(side, OTHERS[Side.DIP])
    since = f"{clock_time(concern.since, at)} {zone(concern.since)}"
    counts = [f"{concern.messages:,} message{'' if concern.messages == 1 else 's'}"]
    if concern.mpans:
        counts.append(f"{concern.mpans:,} MPAN{'' if concern.mpans == 1 else 's'}")
    if concern.others:
        other = "" if concern.at_fault else "other "
        counts.append(f"{concern.others} {other}{'party' if concern.others == 1 else 'parties'} affected")
    where = " ".join(filter(None, [concern.interface, concern.event, concern.code]))
    return Advice(concern, what, since, ", ".join(filter(None, [where, *counts])), then, readable.get(concern.case_id))
