"""A case for named people only: raised so, or restricted later by the desk that owns it.

On each side, a party's or a desk's, a list of named people stands where everybody of that side would; its seat is live
for whoever is named there and still belongs to that side. Internal notes and legs so keep their audiences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias

from django.db.models import Q, QuerySet

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases.models import Case, Standing
from crossdesk.cases.moving import moving
from crossdesk.cases.policy import MANAGERS
from crossdesk.cases.sharing import read_instead
from crossdesk.desks.models import Desk
from crossdesk.parties.models import ListPlace, Membership, Party, Seat
from crossdesk.parties.signalling import seats_changed
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.recording import record
from crossdesk.threads.viewer import Viewer

Side: TypeAlias = Party | Desk
Chosen = dict[int, list[Membership]]
"""Who is named, by the seat of the party or the desk they are named for."""


def begin(raiser: Party, to: Desk, colleagues: Sequence[str], *, by: Viewer, at: datetime) -> dict[str, int]:
    """For a case just being raised: whoever raises it and the colleagues they name, and the desk's service managers."""
    sides: list[Side] = [raiser, to]
    chosen = _chosen(colleagues, sides[:1], at)
    _add(chosen, raiser, people_of(raiser, at).filter(person=by.person))
    _add(chosen, to, _managers(to, at))
    if not chosen[to.seat_id]:
        raise Invalid(f"{to} has no service manager here who could read a restricted case; tell it by telephone.")
    return _opened(sides, chosen, at)


def restrict(case: Case, *, names: Sequence[str], why: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """From here on only the named read it; what was read before was read, and nothing leads there any more."""
    if not why.strip():
        raise Invalid("Say why it is restricted; the named people read that.")
    with moving(case, "restrict", by=by, at=at, seen=seen) as thread:
        if case.restricted:
            raise Invalid(f"{case} is restricted already; name further people instead.")
        sides = _sides(case)
        chosen = _chosen(names, sides, at)
        _defaults(case, chosen, by, at)
        case.lists, case.followed_by = _opened(sides, chosen, at), []
        case.save(update_fields=["lists", "followed_by"])  # what reacts to the entry reads who stands for whom
        read_instead(case, {int(seat): instead for seat, instead in case.lists.items()})
        Standing.objects.filter(case=case).delete()
        thread.seats = sorted(case.lists.values())
        case.seats = thread.seats
        named = sorted({str(each.person) for people in chosen.values() for each in people})
        record(
            thread,
            "case.restrict",
            audience=case.to_everyone(),
            by=by.author(case.owner_id),
            at=at,
            words=why.strip(),
            detail={"named": ", ".join(named)},
        )


def admit(case: Case, desk: Desk, at: datetime) -> None:
    """Before a desk is engaged on a restricted case: its service managers are its first named people."""
    if str(desk.seat_id) in case.lists:
        return
    if not desk.hosted:
        raise NotAllowed(f"{desk} is reached by mail, which more people read than are named; call it instead.")
    chosen: Chosen = {}
    _add(chosen, desk, _managers(desk, at))
    if not chosen[desk.seat_id]:
        raise Invalid(f"{desk} has no service manager here who could read a restricted case; call it instead.")
    case.lists = {**case.lists, **_opened([desk], chosen, at)}
    _shown_to_all(case.lists.values())


def name(case: Case, *, address: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """One more person of one's own side; a service manager of the owning desk names people on any side."""
    with moving(case, "name", by=by, at=at, seen=seen) as thread:
        sides = [side for side in _sides(case) if _keeps(by, case, side)]
        ((seat, people),) = ((s, p) for s, p in _chosen([address], sides, at).items() if p)
        membership, own = people[0], case.seat_for(seat)
        if ListPlace.objects.filter(seat=own, membership=membership, until=None).exists():
            raise Invalid(f"{membership.person} is named already.")
        _place(own, seat, [membership], case.seats, at)
        side = next(each for each in sides if each.seat_id == seat)
        _recorded(thread, "case.name", case, str(membership.person), side, by, at)


def unname(case: Case, *, place: int, by: Viewer, at: datetime, seen: int | None = None) -> None:
    """They read nothing of it from the next request on."""
    with moving(case, "name", by=by, at=at, seen=seen) as thread:
        found = ListPlace.objects.filter(pk=place, until=None, seat__in=case.seats).first()
        side = next((each for each in _sides(case) if found and each.seat_id == found.stands_for_id), None)
        if found is None or side is None or not _keeps(by, case, side):
            raise NotAllowed("You can take off the list only people of your own side.")
        if not ListPlace.objects.filter(seat=found.seat_id, until=None).exclude(pk=found.pk).exists():
            raise Invalid(f"{found.name} is the last one named for {side}; name somebody else first.")
        found.until = at
        found.save(update_fields=["until"])
        _recorded(thread, "case.unname", case, found.name, side, by, at)


def _recorded(thread: Thread, kind: str, case: Case, who: str, side: Side, by: Viewer, at: datetime) -> None:
    desk = case.owner_id if by.works_at(case.owner_id) else None
    detail = {"name": who, "of": str(side)}
    record(thread, kind, audience=case.to_everyone(), by=by.author(desk), at=at, detail=detail)
    seats_changed()


def people_of(side: Side, at: datetime) -> QuerySet[Membership]:
    live = Membership.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at).select_related("person")
    if isinstance(side, Party):
        return live.filter(party=side)
    placed = Q(desk_places__until=None) | Q(desk_places__until__gt=at)
    return live.filter(placed, desk_places__desk=side)


def _managers(desk: Desk, at: datetime) -> QuerySet[Membership]:
    return people_of(desk, at).filter(roles__contains=[Role.SERVICE_MANAGER.value])


def _sides(case: Case) -> list[Side]:
    """The raiser, the owner, and every desk that a leg of the case leads to or comes from."""
    desks = {case.owner_id: case.owner}
    for leg in case.legs.select_related("from_desk", "to_desk"):
        desks |= {leg.from_desk_id: leg.from_desk, leg.to_desk_id: leg.to_desk}
    return [case.raiser, *desks.values()]


def _keeps(by: Viewer, case: Case, side: Side) -> bool:
    at_owner = by.works_at(case.owner_id) and bool(by.roles & MANAGERS)
    return at_owner or case.seat_for(side.seat_id) in by.lists


def _chosen(addresses: Iterable[str], sides: Sequence[Side], at: datetime) -> Chosen:
    chosen: Chosen = {side.seat_id: [] for side in sides}
    for address in filter(None, (each.strip() for each in addresses)):
        found = ((side, people_of(side, at).filter(person__email__iexact=address).first()) for side in sides)
        side, membership = next(((side, each) for side, each in found if each), (None, None))
        if side is None or membership is None:
            names = ", ".join(str(each) for each in sides)
            raise Invalid(f"{address} is nobody's address at {names}; nobody was named.")
        _add(chosen, side, [membership])
    return chosen


def _add(chosen: Chosen, side: Side, people: Iterable[Membership]) -> None:
    known = chosen.setdefault(side.seat_id, [])
    known += [each for each in people if each not in known]


def _defaults(case: Case, chosen: Chosen, by: Viewer, at: datetime) -> None:
    """Nobody who has to act is left without the case: each side that nobody was named for has somebody."""
    _add(chosen, case.owner, people_of(case.owner, at).filter(person=by.person))
    if not chosen[case.raiser.seat_id]:
        raised = Entry.objects.filter(thread=case.pk, kind="case.raised").values("by_person")
        people = people_of(case.raiser, at)
        raisers = people.filter(person__in=raised)
        _add(chosen, case.raiser, raisers or people.filter(roles__contains=[Role.ADMINISTRATOR.value]))
    working = [leg.to_desk for leg in case.legs.select_related("to_desk") if not leg.settled]
    for desk in working:
        if not desk.hosted:
            raise Invalid(f"{desk} is reached by mail, which more people read than are named; settle its leg first.")
        if not chosen[desk.seat_id]:
            _add(chosen, desk, _managers(desk, at))
    must_have: list[Side] = [case.raiser, *working]
    for side in must_have:
        if not chosen[side.seat_id]:
            raise Invalid(f"Nobody of {side} would be left to read it; name somebody there by their e-mail address.")


def _opened(sides: Iterable[Side], chosen: Chosen, at: datetime) -> dict[str, int]:
    lists: dict[str, int] = {}
    for side in sides:
        if str(side.seat_id) not in lists:
            lists[str(side.seat_id)] = Seat.objects.create(
                kind=Seat.Kind.LIST, label=f"named people of {side}"[:160]
            ).pk
    for seat, own in lists.items():
        _place(own, int(seat), chosen.get(int(seat), []), lists.values(), at)
    return lists


def _place(own: int, seat: int, people: Iterable[Membership], readers: Iterable[int], at: datetime) -> None:
    for membership in people:
        ListPlace.objects.create(
            seat_id=own,
            stands_for_id=seat,
            membership=membership,
            name=str(membership.person),
            since=at,
            seats=sorted(readers),
        )


def _shown_to_all(lists: Iterable[int]) -> None:
    """Everybody named on a case knows who else is."""
    ListPlace.objects.filter(seat__in=lists).update(seats=sorted(lists))
