"""The next update of a major incident, by mail: which holders of its roles each level of escalations.toml reminds.

A promised update has a clock of its own, and a clock passes each step once, so each level reminds once for each update.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from crossdesk import rulebook
from crossdesk.access import Role
from crossdesk.clocks.models import Clock
from crossdesk.clocks.reckoning import HUNDRED
from crossdesk.exchange.escalating import people
from crossdesk.exchange.kept import keep, sent_before
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.compose import Outgoing, message_id
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.office import office
from crossdesk.exchange.wording import worded
from crossdesk.majors.models import MajorIncident, RoleHeld
from crossdesk.parties.models import Person
from crossdesk.rulebook.rows.times import Escalation
from crossdesk.threads.models import Entry
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK

KIND, REMINDED = "promised", "major.remind"


def remind_the_room(entry: Entry) -> None:
    """A reaction to a clock that passed a step; only the clock of an incident stands on an incident's thread."""
    rows = rulebook.current().escalations.values()
    levels = [row for row in rows if row.percent == entry.facts["percent"] and row.room]
    incident = MajorIncident.objects.select_related("lead__seat").filter(pk=entry.thread_id).first() if levels else None
    if incident is None or not incident.is_live:
        return
    for level in levels:
        to = list(dict.fromkeys(_reached(incident, level, entry.recorded_at)))
        told = ", ".join(name for name, _ in to) or f"nobody: {incident.lead} has no incident manager"
        reminded = record(
            entry.thread, REMINDED, audience=incident.internal(), by=CROSSDESK, at=entry.recorded_at,
            detail={"level": level.name, "told": told}, level=level.key, clock=entry.facts["clock"], letters=len(to),
        )  # fmt: skip
        for _, address in to:
            _put(reminded, incident, address)


def _reached(incident: MajorIncident, level: Escalation, at: datetime) -> Iterator[tuple[str, str]]:
    """Names and addresses. While nobody holds any of these roles, the incident managers of the lead desk."""
    holding = RoleHeld.objects.filter(incident=incident, role__in=level.room, ended_at=None, accepted_at__isnull=False)
    holders = list(Person.objects.filter(pk__in=holding.values("person"), is_active=True).order_by("pk"))
    if holders:
        yield from ((person.name, person.email) for person in holders)
    else:
        yield from ((address, address) for address, _ in people(incident.lead, {Role.MAJOR_INCIDENT_MANAGER}, at))


def _put(entry: Entry, incident: MajorIncident, address: str) -> None:
    lane = f"promise {incident.pk} {address.lower()}"
    number = OutboxItem.next_in(lane)
    name = f"{incident.reference}.p{number}.{secrets.token_hex(5)}"
    OutboxItem.objects.create(
        incident=incident,
        entry=entry,
        lane=lane,
        number=number,
        kind=KIND,
        to_address=address,
        reader_seat=incident.lead.seat_id,
        message_id=message_id(name, office(str(incident.lead))),
        next_try_at=entry.recorded_at,
        created_at=entry.recorded_at,
        seats=[incident.lead.seat_id],
    )


def write_reminder(item: OutboxItem, incident: MajorIncident, at: datetime) -> bytes:
    """Only what everybody in the war room may see."""
    level = rulebook.current().escalations.get(item.entry.facts["level"])
    clock = Clock.objects.get(pk=item.entry.facts["clock"])
    subject, text = worded(
        KIND,
        title=incident.title,
        reference=incident.reference,
        level=level.name if level else "",
        due=clock.due_at,
        missed=clock.passed >= HUNDRED,
        kept=not clock.live,
        link=f"{settings.SITE_URL}/majors/{incident}/update/",
    )
    before = sent_before(item)
    outgoing = Outgoing(
        name=item.message_id.strip("<>").rpartition("@")[0],
        to=[item.to_address],
        reference=incident.reference,
        subject=subject,
        kind="major-update",
        words=text,
        at=at,
        answers_to=(Kind.LETTER, item.pk),
        noun="Major incident",
        replies=f"Your reply is read at {incident.lead}.",
        in_reply_to=before[-1] if before else "",
        references=before,
    )
    return keep(item, outgoing, str(incident.lead))
