"""What happens in the war room: roles, the situation, actions, decisions, notes, and who could be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from crossdesk.access import Invalid, Moved, NotAllowed
from crossdesk.desks.models import DeskMember
from crossdesk.majors.models import Action, MajorIncident, OnIt, RoleHeld
from crossdesk.majors.moving import moving, told
from crossdesk.parties.models import Party, Seat
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import CROSSDESK, Viewer, verbs


@dataclass(frozen=True)
class Situation:
    """One line each: what is the case, what is being done, what is needed and of whom."""

    conditions: str
    doing: str
    needs: str


@dataclass(frozen=True)
class Invited:
    """Whom a role is offered to. A team that is reached by telephone has a name and no person."""

    name: str
    party: Party
    person: int | None = None
    seats: Sequence[int] = ()


def bring_in(incident: MajorIncident, party: Party, seats: Sequence[Seat], *, by: Viewer, at: datetime) -> None:
    """Opens the room to a party, or to one of its desks: from now on its people read what is written to the room."""
    with moving(incident, "bring_in", by=by, at=at) as thread:
        thread.seats = sorted({*thread.seats, *(seat.pk for seat in seats)})
        place, _ = OnIt.objects.get_or_create(
            incident=incident, party=party, defaults={"seats": [incident.lead.seat_id]}
        )
        place.in_room, place.seats = True, sorted({*place.seats, *(seat.pk for seat in seats)})
        place.save()
        incident.seats = thread.seats
        _open_the_board(incident)
        told(thread, incident, "bring_in", f"{party} takes part in the war room.", by, at, party=party.pk)


def _open_the_board(incident: MajorIncident) -> None:
    """Who has which role and who owes what is one board for the whole room; earlier words stay with their readers."""
    incident.roles.update(seats=incident.seats)
    incident.actions.update(seats=incident.seats)
    incident.present.update(seats=incident.seats)
    incident.shares.filter(party=None).update(seats=incident.seats)


def name_bridge(incident: MajorIncident, where: str, *, by: Viewer, at: datetime) -> None:
    """A link or a number to dial, for everybody in the room; empty where there is no call any more."""
    with moving(incident, "bridge", by=by, at=at) as thread:
        incident.bridge = " ".join(where.split())[:300]
        told(thread, incident, "bridge", incident.bridge, by, at)


def colleagues(incident: MajorIncident, by: Viewer) -> list[tuple[int, Party, str]]:
    """Who works at the lead desk, told to its own people alone: names stand in no row that others may read."""
    if not by.works_at(incident.lead_id):
        return []
    with verbs():
        here = DeskMember.objects.filter(desk=incident.lead_id, until=None, membership__until=None)
        rows = here.select_related("membership__person", "membership__party").order_by("membership__person__name")
        return [(row.membership.person_id, row.membership.party, row.membership.person.name) for row in rows]


def offer_role(incident: MajorIncident, role: str, to: Invited, *, by: Viewer, at: datetime) -> RoleHeld:
    if role not in RoleHeld.Role.values:
        raise Invalid("Choose one of the roles of the war room.")
    with moving(incident, "offer_role", by=by, at=at) as thread:
        held = RoleHeld.objects.create(
            incident=incident,
            role=role,
            party=to.party,
            person=to.person,
            name=to.name.strip()[:120],
            offered_at=at,
            seats=incident.seats,
        )
        label = RoleHeld.Role(role).label.lower()
        told(thread, incident, "offer_role", "", by, at, detail={"role": label, "name": held.name}, held=held.pk)
        return held


def take_role(held: RoleHeld, *, by: Viewer, at: datetime) -> None:
    """Whoever had it hands it over in the same moment, so that nobody can ask who has it."""
    with moving(held.incident, "take_role", by=by, at=at) as thread:
        held.refresh_from_db()
        _require_offered_to(held, by)
        before = _holders(held).exclude(pk=held.pk).first()
        if before:
            before.ended_at = at
            before.save(update_fields=["ended_at"])
        held.accepted_at = at
        held.save(update_fields=["accepted_at"])
        label = RoleHeld.Role(held.role).label.lower()
        detail = {"role": label, "name": held.name, "from": before.name if before else ""}
        told(thread, held.incident, "take_role", "", by, at, detail=detail, held=held.pk)


def refuse_role(held: RoleHeld, *, why: str, by: Viewer, at: datetime) -> None:
    if not why.strip():
        raise Invalid("Say why, so that it is offered to somebody who can.")
    with moving(held.incident, "refuse_role", by=by, at=at) as thread:
        held.refresh_from_db()
        _require_offered_to(held, by)
        held.ended_at = at
        held.save(update_fields=["ended_at"])
        detail = {"role": RoleHeld.Role(held.role).label.lower(), "name": held.name}
        told(thread, held.incident, "refuse_role", why, by, at, detail=detail, held=held.pk)


def describe(
    incident: MajorIncident, now_is: Situation, *, by: Viewer, at: datetime, edition: int | None = None
) -> None:
    """`edition` is the writing its author had before them: nobody overwrites what they have not read."""
    with moving(incident, "describe", by=by, at=at) as thread:
        if edition is not None and edition != incident.situation:
            raise Moved(
                f"Edition {incident.situation} of the situation was written meanwhile."
                " Your words are kept; take in what changed and save again."
            )
        incident.conditions, incident.doing, incident.needs = now_is.conditions, now_is.doing, now_is.needs
        incident.situation += 1
        detail = {"conditions": now_is.conditions, "doing": now_is.doing, "needs": now_is.needs}
        told(thread, incident, "describe", "", by, at, detail=detail, situation=incident.situation)


def give_action(
    incident: MajorIncident, what: str, *, party: Party, owner: str, due_at: datetime, by: Viewer, at: datetime
) -> Action:
    if not what.strip() or not owner.strip():
        raise Invalid("Say what is to be done and who of that party does it.")
    if due_at <= at:
        raise Invalid("Give the action a due time that lies ahead.")
    with moving(incident, "give_action", by=by, at=at) as thread:
        action = Action.objects.create(
            incident=incident,
            number=(incident.actions.aggregate(last=Max("number"))["last"] or 0) + 1,
            what=what.strip()[:300],
            party=party,
            owner=owner.strip()[:120],
            given_at=at,
            due_at=due_at,
            seats=incident.seats,
        )
        detail = {"what": action.what, "owner": action.owner, "party": str(party)}
        told(thread, incident, "give_action", "", by, at, detail=detail, action=action.pk, due=due_at.isoformat())
        return action


def finish_action(action: Action, *, result: str, by: Viewer, at: datetime) -> None:
    with moving(action.incident, "finish_action", by=by, at=at) as thread:
        action.refresh_from_db()
        if action.done_at:
            raise Invalid(f"Action {action.number} is done already.")
        if by.party != action.party_id and not by.works_at(action.incident.lead_id):
            raise NotAllowed(f"Only {action.party} or {action.incident.lead} says that this is done.")
        action.done_at, action.result = at, result.strip()[:300]
        action.save(update_fields=["done_at", "result"])
        told(thread, action.incident, "finish_action", result, by, at, detail={"what": action.what}, action=action.pk)


def carry_on(incident: MajorIncident, action: Action, thread: Thread, into: int, *, at: datetime) -> None:
    """An action that outlives the war room ends here and goes on in the review, so that it is owed once."""
    action.done_at, action.result = at, f"Carried on in the review, as action {into}."
    action.save(update_fields=["done_at", "result"])
    detail = {"what": action.what}
    record(
        thread, "major.finish_action", audience=incident.room(), by=CROSSDESK, at=at, words=action.result,
        detail=detail, action=action.pk,
    )  # fmt: skip


def decide(
    incident: MajorIncident, words: str, *, by: Viewer, at: datetime, happened_at: datetime | None = None
) -> Entry:
    return _write(incident, "decide", words, by=by, at=at, happened_at=happened_at, internal=False)


def note(
    incident: MajorIncident,
    words: str,
    *,
    by: Viewer,
    at: datetime,
    happened_at: datetime | None = None,
    internal: bool = False,
) -> Entry:
    """With the event's own time, which may be long before anybody wrote it down."""
    return _write(incident, "note", words, by=by, at=at, happened_at=happened_at, internal=internal)


def reached(incident: MajorIncident, party: Party, reached: str, how: str, *, by: Viewer, at: datetime) -> None:
    if reached not in OnIt.Reached.values:
        raise Invalid("Say whether the party was reached, and how.")
    with moving(incident, "reach", by=by, at=at) as thread:
        place, _ = OnIt.objects.get_or_create(
            incident=incident, party=party, defaults={"seats": [incident.lead.seat_id]}
        )
        place.reached, place.reached_at, place.how = reached, at, how.strip()[:200]
        place.save()
        detail = {"party": str(party), "reached": OnIt.Reached(reached).label}
        record(
            thread, "major.reach", audience=incident.internal(), by=by.author(incident.lead_id), at=at, words=how,
            detail=detail, party=party.pk,
        )  # fmt: skip


def _write(
    incident: MajorIncident,
    move: str,
    words: str,
    *,
    by: Viewer,
    at: datetime,
    happened_at: datetime | None,
    internal: bool,
) -> Entry:
    if not words.strip():
        raise Invalid("Write something first; nothing was recorded.")
    if happened_at and happened_at > at:
        raise Invalid("An event cannot have happened in the future; give the time it happened.")
    with moving(incident, move, by=by, at=at) as thread:
        if internal and not by.works_at(incident.lead_id):
            raise NotAllowed(f"Internal notes belong to {incident.lead}; write to the room instead.")
        audience = incident.internal() if internal else incident.room()
        return told(thread, incident, move, words, by, at, audience=audience, happened_at=happened_at)


def _holders(held: RoleHeld) -> Any:
    same = RoleHeld.objects.filter(incident=held.incident, role=held.role, ended_at=None, accepted_at__isnull=False)
    return same.filter(party=held.party) if held.role == RoleHeld.Role.LIAISON else same


def _require_offered_to(held: RoleHeld, by: Viewer) -> None:
    if held.ended_at or held.accepted_at:
        raise Invalid(f"This offer was already {'accepted' if held.accepted_at else 'ended'}.")
    on_behalf = held.person is None and by.works_at(held.incident.lead_id)
    if held.person != by.person and not on_behalf:
        raise NotAllowed(f"The role was offered to {held.name}; only they can accept or refuse it.")
