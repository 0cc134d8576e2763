"""What became of each letter, and whether the party behind it was reached; if not, whom to ring. Inside `verbs()`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crossdesk.majors.models import MajorIncident, OnIt
from crossdesk.notices.models import Briefing, Recipient
from crossdesk.parties.models import Contact
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK

State, Reached = Recipient.State, OnIt.Reached


@dataclass(frozen=True)
class Report:
    """Reached n of m: whoever has an address or a place here, against those a letter could reach."""

    reached: int
    of: int
    by_state: dict[str, int]

    def __str__(self) -> str:
        return f"Reached {self.reached:,} of {self.of:,}"


def report(briefing: Briefing) -> Report:
    """Read as whoever looks."""
    counts: dict[str, int] = {}
    for state in briefing.recipients.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return Report(counts.get(State.SENT, 0), sum(counts.values()), counts)


def sent(recipient: Recipient, at: datetime) -> None:
    recipient.state, recipient.state_at, recipient.because = State.SENT, at, ""
    recipient.save(update_fields=["state", "state_at", "because"])
    _reached(recipient, Reached.YES, f"{recipient.briefing} to {recipient.address}", at)


def bounced(recipient: Recipient, because: str, at: datetime) -> None:
    """Another contact of the same party may still be reached; when none is left, somebody rings."""
    recipient.state, recipient.state_at, recipient.because = State.BOUNCED, at, because[:500]
    recipient.save(update_fields=["state", "state_at", "because"])
    _reached(recipient, Reached.NO, fallback(recipient), at)


def tried_again(recipient: Recipient, at: datetime) -> None:
    recipient.state, recipient.state_at, recipient.because = State.WAITING, at, ""
    recipient.save(update_fields=["state", "state_at", "because"])


def without_address(briefing: Briefing, thread: Thread, at: datetime) -> None:
    """Told at once, not when somebody wonders: those no letter can go to."""
    for each in briefing.recipients.filter(state=State.NO_ADDRESS).exclude(party=None).select_related("party"):
        place = OnIt.objects.filter(incident=briefing.incident, party=each.party).first()
        if place and place.reached in {Reached.NOT_YET, Reached.YES} and not _still_reachable(each):
            _say(thread, briefing.incident, place, Reached.NO, fallback(each), at)


def fallback(recipient: Recipient) -> str:
    """Whom to ring: the contact's own telephone, another contact's, or one of the party's desks."""
    if recipient.telephone:
        return f"Ring {recipient.name} on {recipient.telephone}."
    if recipient.party is None:
        return "No telephone is recorded."
    others = Contact.objects.filter(party=recipient.party, ended_at=None).exclude(telephone="").order_by("pk")
    for other in others[:1]:
        return f"Ring {other.name}, {recipient.party}, on {other.telephone}."
    for desk in recipient.party.desks.exclude(telephone="").order_by("pk")[:1]:
        return f"Ring {desk} on {desk.telephone}."
    return f"No telephone is recorded for {recipient.party}; ask it for a nominated contact."


def _reached(recipient: Recipient, reached: str, how: str, at: datetime) -> None:
    """A party has one place on the incident: locked, so that two last letters cannot each think the other arrives."""
    if recipient.party is None:
        return
    incident = recipient.briefing.incident
    thread = Thread.objects.select_for_update().get(pk=incident.pk)
    place = OnIt.objects.select_related("party").filter(incident=incident, party=recipient.party).first()
    if place is None or place.reached == reached:
        return
    if place.reached == Reached.BY_PHONE or (reached == Reached.NO and _still_reachable(recipient)):
        return
    _say(thread, incident, place, reached, how, at)


def _still_reachable(recipient: Recipient) -> bool:
    others = recipient.briefing.recipients.filter(party=recipient.party, state__in=[State.WAITING, State.SENT])
    return others.exclude(pk=recipient.pk).exists()


def _say(thread: Thread, incident: MajorIncident, place: OnIt, reached: str, how: str, at: datetime) -> None:
    place.reached, place.reached_at, place.how = reached, at, how[:200]
    place.save(update_fields=["reached", "reached_at", "how"])
    detail = {"party": str(place.party), "reached": OnIt.Reached(reached).label}
    record(
        thread, "major.reach", audience=incident.internal(), by=CROSSDESK, at=at, words=how, detail=detail,
        party=place.party_id,
    )  # fmt: skip
