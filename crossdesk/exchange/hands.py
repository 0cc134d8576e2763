"""In whose hand a letter acts: a correspondent for the desk or party they wrote from, or the product for a desk."""

from __future__ import annotations

from crossdesk.access import Role
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import CROSSDESK, Viewer


def of_desk(desk: Desk, name: str) -> Viewer:
    """Somebody who wrote from the desk. They have its seat and nothing of its owner's besides."""
    return Viewer(
        name=name[:120],
        party=desk.owner_id,
        party_name=str(desk.owner),
        seats=(desk.seat_id,),
        desks=(desk.pk,),
        desk_names={desk.pk: desk.name},
        roles=frozenset({Role.AGENT}),
    )


def of_party(party: Party, name: str) -> Viewer:
    return Viewer(
        name=name[:120],
        party=party.pk,
        party_name=str(party),
        party_seat=party.seat_id,
        seats=(party.seat_id,),
        roles=frozenset({Role.SERVICE_USER}),
    )


def of_crossdesk(desk: Desk) -> Viewer:
    """The product reporting on a letter of this desk."""
    return of_desk(desk, CROSSDESK.name)


def reader(seat: int) -> Viewer:
    """Nobody in particular: only the eyes a letter is written with."""
    return Viewer(name=CROSSDESK.name, party=0, party_name="", seats=(seat,))
