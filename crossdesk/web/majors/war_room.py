"""The war room of one major incident: what stands in it is what its reader may read, and its parts refresh in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from crossdesk.access.moves import possible
from crossdesk.exchange.measuring import of_parties
from crossdesk.exchange.reach import Found
from crossdesk.kit.time import now
from crossdesk.majors.lifecycle import MOVES, State
from crossdesk.majors.models import Action, MajorIncident, OnIt, RoleHeld
from crossdesk.majors.questions import Room
from crossdesk.reviews.questions import exists_for
from crossdesk.web.console.rendering import show
from crossdesk.web.majors import telling
from crossdesk.web.majors.acting import address_of, incident_for
from crossdesk.web.majors.acts import buttons
from crossdesk.web.majors.forms import About, Words
from crossdesk.web.majors.gauge import gauge_of
from crossdesk.web.majors.reconciled import reconciled_of
from crossdesk.web.seeing import Seen
from crossdesk.web.shell import strip_of

PARTS = ("head", "situation", "board", "side", "writing", "timeline")
ALWAYS = (RoleHeld.Role.MANAGER, RoleHeld.Role.DEPUTY, RoleHeld.Role.COMMUNICATIONS, RoleHeld.Role.SCRIBE)


@require_GET
def war_room(request: Seen, reference: str) -> HttpResponse:
    before = request.GET.get("before", "")
    known = int(before) if before.isdecimal() and len(before) < 9 else None
    room = Room(incident_for(reference), request.viewer, now(), known)
    return show(request, "majors/room.html", context(room, before if known else ""), parts=PARTS)


def context(room: Room, before: str) -> dict[str, Any]:
    """What a panel needs is worked out when it is drawn."""
    incident, offered = room.incident, buttons(room.incident, room.viewer)
    return {
        "room": room,
        "incident": incident,
        "address": address_of(incident),
        "at": room.at,
        "before": before,
        "steps": offered.steps,
        "can": offered.beside,
        "history": history(incident),
        "gauge": lambda: gauge_of(room),
        "roles": lambda: roles_of(room),
        "may_finish": lambda action: may_finish(room, action),
        "reached": lambda: reached_of(room),
        "reconciled": lambda: reconciled_of(room),
        "lines": lambda: [telling.line(entry, incident) for entry in room.entries],
        "reviewed_at": lambda: (
            f"{address_of(incident)}review/" if incident.stood_down_at and exists_for(incident.pk) else ""
        ),
        "writing_form": lambda: Words(about=About(incident, room.viewer)),
    }


def history(incident: MajorIncident) -> list[tuple[str, datetime]]:
    """What is behind it, in order, for the head."""
    moments = (
        ("Began", incident.began_at),
        ("Proposed", incident.proposed_at),
        ("Declared", incident.declared_at),
        ("Restored", incident.restored_at),
        ("Stood down", incident.stood_down_at),
        ("Resent", incident.resent_at),
        ("Reconciled", incident.reconciled_at),
        ("Closed", incident.closed_at),
        ("Reviewed", incident.reviewed_at),
    )
    return [(words, at) for words, at in moments if at]


@dataclass(frozen=True)
class RoleLine:
    """One line of the table of roles; without anybody in it the role is open."""

    label: str
    role: str
    held: RoleHeld | None = None
    here: bool = False
    mine_to_answer: bool = False


def roles_of(room: Room) -> list[RoleLine]:
    here = {(each.person, each.party_id) for each in room.present}
    lines = []
    taken = {held.role for held in room.roles}
    for role in ALWAYS:
        if role not in taken:
            lines.append(RoleLine(role.label, role))
    for held in room.roles:
        offered_here = held.accepted_at is None and (
            held.person == room.viewer.person or (held.person is None and room.at_lead)
        )
        label = RoleHeld.Role(held.role).label
        if held.role == RoleHeld.Role.LIAISON:
            label = f"{label}, {held.party}"
        lines.append(RoleLine(label, held.role, held, (held.person, held.party_id) in here, offered_here))
    rank = list(RoleHeld.Role.values)
    return sorted(lines, key=lambda line: rank.index(line.role))


def may_finish(room: Room, action: Action) -> bool:
    """As the verb: the party that owes it, or the lead desk for it."""
    still = "finish_action" in possible(room.incident.state, MOVES)
    return still and action.done_at is None and (room.at_lead or action.party_id == room.viewer.party)


@dataclass(frozen=True)
class ReachLine:
    """A party on the incident: whether it was reached, and where else it can be."""

    party: str
    key: int
    in_room: bool
    state: str
    words: str
    how: str
    at: datetime | None
    fallback: str
    found: Found | None = None
    """How its contacts fare, where the viewer may know it."""

    @property
    def lost(self) -> bool:
        """Whoever is in the room, or was rung, is reached all the same."""
        return bool(self.found and self.found.lost and not self.reached)

    @property
    def reached(self) -> bool:
        return self.in_room or self.state in {OnIt.Reached.YES, OnIt.Reached.BY_PHONE}


def reached_words(place: OnIt) -> str:
    if place.in_room and place.reached == OnIt.Reached.NOT_YET:
        return "in the room"
    return place.get_reached_display()


def reached_of(room: Room) -> list[ReachLine]:
    lines = []
    found = of_parties(place.party_id for place in room.parties)
    for place in room.parties:
        known = [f"{each.name}, {each.telephone or each.address}" for each in room.contacts.get(place.party_id, ())]
        lines.append(
            ReachLine(
                place.party.name,
                place.party_id,
                place.in_room,
                place.reached,
                reached_words(place),
                place.how,
                place.reached_at,
                "; ".join(known),
                found.get(place.party_id),
            )
        )
    return lines


@require_GET
def strip(request: Seen, reference: str) -> HttpResponse:
    """The strip under the bar asks again when its incident changed; it is empty once that is stood down."""
    incident = incident_for(reference)
    told = [strip_of(incident)] if incident.state == State.DECLARED else []
    return show(request, "majors/strip.html", {"told": told})
