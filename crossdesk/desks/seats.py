"""The live seats of a person acting for a party, computed at every request: revoking rewrites nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from crossdesk.access import Role
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Lent, Viewer

LIVE = """
select p.second_factor, m.party_id, p.name, p.seat_id, m.roles, desks.*, named.*, lent.*
from parties_membership m
join parties_party p on p.id = m.party_id and p.closed_at is null
cross join lateral (
  select coalesce(array_agg(d.id order by d.id), '{}') as ids,
         coalesce(array_agg(d.seat_id order by d.id), '{}') as seats,
         coalesce(array_agg(d.name order by d.id), '{}') as names
  from desks_deskmember dm join desks_desk d on d.id = dm.desk_id
  where dm.membership_id = m.id and (dm.until is null or dm.until > %(at)s)
) desks
cross join lateral (
  select coalesce(array_agg(distinct lp.seat_id), '{}')
  from parties_listplace lp
  where lp.membership_id = m.id and lp.since <= %(at)s and (lp.until is null or lp.until > %(at)s)
    and (lp.stands_for_id = p.seat_id or lp.stands_for_id = any (desks.seats))
) named
cross join lateral (
  select coalesce(array_agg(each.seat_id), '{}'), coalesce(array_agg(each.party), '{}'),
         coalesce(array_agg(each.name), '{}'), coalesce(array_agg(each.by_delegation), '{}'),
         coalesce(array_agg(each.until), '{}'), coalesce(array_agg(each.may_act), '{}')
  from (
    select g.seat_id, q.id as party, q.name, true as by_delegation, g.until, g.may_act
    from parties_delegation g join parties_party q on q.id = g.principal_id and q.closed_at is null
    where g.delegate_id = m.party_id and g.accepted_at <= %(at)s and (g.ended_at is null or g.ended_at > %(at)s)
      and g.since <= %(at)s and (g.until is null or g.until > %(at)s)
    union all
    select c.seat_id, c.id, c.name, false, g.until, false
    from parties_parentgrant g join parties_party c on c.id = g.child_id and c.closed_at is null
    where g.parent_id = m.party_id and c.parent_id = g.parent_id and g.since <= %(at)s
      and (g.until is null or g.until > %(at)s) and (g.withdrawn_at is null or g.withdrawn_at > %(at)s)
    order by 3, 1
  ) each
) lent
where m.person_id = %(person)s and m.since <= %(at)s and (m.until is null or m.until > %(at)s)
order by p.name
"""


@dataclass(frozen=True)
class ActingFor:
    """Every party a person may act for, and the one chosen now."""

    chosen: Viewer | None
    choices: tuple[tuple[int, str], ...]
    asks_second_factor: bool = False
    """Whether the party chosen wants its people to sign in with more than a password."""


def acting_for(person: Person, party: int | None, at: datetime, *, only: int | None = None) -> ActingFor:
    """One query. Run it as the verbs do: before it is answered nobody is a viewer yet. With `only`, nothing but that
    party's membership is open."""
    with connection.cursor() as cursor:
        cursor.execute(LIVE, {"person": person.pk, "at": at})
        rows = cursor.fetchall()
    viewers = {row[0]: _viewer(person, *row) for _, *row in rows if only in (None, row[0])}
    strict = {row[0] for asks, *row in rows if asks}
    chosen = next((viewers[each] for each in (party, person.default_party_id) if each in viewers), None)
    chosen = chosen or next(iter(viewers.values()), None)
    choices = tuple((viewer.party, viewer.party_name) for viewer in viewers.values())
    return ActingFor(chosen, choices, chosen is not None and chosen.party in strict)


def _viewer(
    person: Person,
    party: int,
    name: str,
    seat: int,
    roles: list[str],
    desks: list[int],
    seats: list[int],
    names: list[str],
    lists: list[int],
    *borrowed: list[Any],
) -> Viewer:
    lent = tuple(Lent(*row) for row in zip(*borrowed, strict=True))
    return Viewer(
        name=person.name,
        person=person.pk,
        party=party,
        party_name=name,
        party_seat=seat,
        seats=tuple(sorted({seat, *seats, *lists, *(each.seat for each in lent)})),
        desks=tuple(desks),
        desk_names=dict(zip(desks, names, strict=True)),
        desk_seats=dict(zip(desks, seats, strict=True)),
        roles=frozenset(Role(role) for role in roles),
        lent=lent,
        lists=tuple(lists),
    )
