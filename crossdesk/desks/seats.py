"""The live seats of a person acting for a party, computed at every request: revoking rewrites nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from crossdesk.access import Role
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer

LIVE = """
select m.party_id, p.name, p.seat_id, m.roles,
       coalesce(array_agg(d.id order by d.id) filter (where d.id is not null), '{}'),
       coalesce(array_agg(d.seat_id order by d.id) filter (where d.id is not null), '{}'),
       coalesce(array_agg(d.name order by d.id) filter (where d.id is not null), '{}')
from parties_membership m
join parties_party p on p.id = m.party_id and p.closed_at is null
left join desks_deskmember dm on dm.membership_id = m.id and (dm.until is null or dm.until > %(at)s)
left join desks_desk d on d.id = dm.desk_id
where m.person_id = %(person)s and m.since <= %(at)s and (m.until is null or m.until > %(at)s)
group by m.party_id, p.name, p.seat_id, m.roles order by p.name
"""


@dataclass(frozen=True)
class ActingFor:
    """Every party a person may act for, and the one chosen now."""

    chosen: Viewer | None
    choices: tuple[tuple[int, str], ...]


def acting_for(person: Person, party: int | None, at: datetime) -> ActingFor:
    """One query. Run it as the verbs do: before it is answered nobody is a viewer yet."""
    with connection.cursor() as cursor:
        cursor.execute(LIVE, {"person": person.pk, "at": at})
        rows = cursor.fetchall()
    viewers = {row[0]: _viewer(person, *row) for row in rows}
    chosen = viewers.get(party) if party in viewers else next(iter(viewers.values()), None)
    return ActingFor(chosen, tuple((viewer.party, viewer.party_name) for viewer in viewers.values()))


def _viewer(
    person: Person,
    party: int,
    name: str,
    seat: int,
    roles: list[str],
    desks: list[int],
    seats: list[int],
    names: list[str],
) -> Viewer:
    return Viewer(
        name=person.name,
        person=person.pk,
        party=party,
        party_name=name,
        party_seat=seat,
        seats=tuple(sorted({seat, *seats})),
        desks=tuple(desks),
        desk_names=dict(zip(desks, names, strict=True)),
        desk_seats=dict(zip(desks, seats, strict=True)),
        roles=frozenset(Role(role) for role in roles),
    )
