"""What published updates and the steps of their incident make of the state of a system: reactions to their entries.

An incident nobody was told of makes nothing of it, whatever its state.
"""

from __future__ import annotations

from datetime import datetime

from crossdesk.majors.lifecycle import State as Major
from crossdesk.majors.models import MajorIncident
from crossdesk.notices.models import Briefing
from crossdesk.status.models import PublicSpell, State, ToldSpell
from crossdesk.threads.models import Entry

STEPS = {
    "major.restore": State.DEGRADED,
    "major.resend": State.RECOVERED,
    "major.declare_again": State.MAJOR,
    "major.close": State.OVER,
}
"""Standing down changes nothing: service was restored before it, and what was missed is sent again after it."""
PUBLIC = "public"


def follow_update(entry: Entry) -> None:
    """The first word to an audience begins what it sees; every later reader of the updates reads the spells as well."""
    incident = Briefing.objects.select_related("incident").get(pk=entry.facts["briefing"]).incident
    state, at = state_of(incident), entry.recorded_at
    told = ToldSpell.objects.filter(incident=incident.reference)
    if told.exists():
        told.update(seats=entry.thread.seats)
    else:
        ToldSpell.objects.create(
            incident=incident.reference,
            system=incident.system,
            state=state,
            since=at,
            thread=entry.thread,
            seats=entry.thread.seats,
        )
    if entry.audience == PUBLIC and not PublicSpell.objects.filter(incident=incident.reference).exists():
        PublicSpell.objects.create(incident=incident.reference, system=incident.system, state=state, since=at)


def follow_step(entry: Entry) -> None:
    reference = MajorIncident.objects.values_list("reference", flat=True).get(pk=entry.thread_id)
    for spells in (PublicSpell, ToldSpell):
        _turn(spells.objects.filter(incident=reference, until=None).first(), STEPS[entry.kind], entry.recorded_at)


def state_of(incident: MajorIncident) -> State:
    if incident.state in {Major.CLOSED, Major.REVIEWED}:
        return State.OVER
    if incident.restored_at is None:
        return State.MAJOR
    return State.RECOVERED if incident.resent_at else State.DEGRADED


def _turn(now: PublicSpell | ToldSpell | None, state: State, at: datetime) -> None:
    if now is None or now.state == state:
        return
    now.until = at
    now.save(update_fields=["until"])
    # What is over has no length: it is the moment by which the past is paged.
    now.pk, now.state, now.since, now.until = None, state, at, at if state == State.OVER else None
    now._state.adding = True
    now.save()
