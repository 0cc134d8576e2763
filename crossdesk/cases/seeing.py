"""Who can see a case, and why. Read as the viewer: what they may not know of is not named to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case, JointTriage, Standing
from crossdesk.kit.time import clock_time, until
from crossdesk.parties.models import Delegation, ListPlace, ParentGrant, Seat
from crossdesk.threads.viewer import Viewer


def known_readers(
    case: Case, legs: list[Leg], viewer: Viewer, standing: Standing | None, joint: JointTriage | None
) -> dict[int, str]:
    """Names of the seats this viewer may know of: of other desks' legs, only those that its own list shows."""
    if viewer.works_at(case.owner_id):
        return _named(case, set(case.seats))
    sides = {case.seat_for(case.raiser.seat_id), case.seat_for(case.owner.seat_id)}
    ends = {case.seat_for(desk.seat_id) for leg in legs for desk in (leg.from_desk, leg.to_desk)}
    marks = {mark["seat"] for mark in standing.legs} if standing else set()
    known = {*sides, *ends, *marks, *(joint.seats if joint else ()), *(set(viewer.seats) & set(case.seats))}
    if {case.seat_for(case.raiser.seat_id), *case.followed_by} & set(viewer.seats):
        known |= set(case.followed_by)
    return _named(case, known)


def _named(case: Case, known: set[int]) -> dict[int, str]:
    stood_for = {instead: int(seat) for seat, instead in case.lists.items() if instead in known}
    labels = dict(
        Seat.objects.filter(pk__in=known | {*stood_for.values()}).order_by("label").values_list("pk", "label")
    )
    names = {instead: f"named people of {labels[seat]}" for instead, seat in stood_for.items() if seat in labels}
    names |= {seat: label for seat, label in labels.items() if seat in known and seat not in names}
    following = [each for each in _delegations(case, known) if each.ended_at is None]
    return names | {each.seat_id: str(each) for each in following if each.seat_id}


def _delegations(case: Case, known: Iterable[int]) -> list[Delegation]:
    if not case.followed_by:
        return []
    rows = Delegation.objects.filter(Q(seat__in=case.followed_by) & Q(seat__in=list(known)))
    return list(rows.select_related("principal", "delegate").order_by("pk"))


def who_sees(
    case: Case, legs: list[Leg], standing: Standing | None, readers: dict[int, str], at: datetime
) -> list[tuple[str, str]]:
    """Each seat this viewer may know of, with the rule that gave it sight."""
    why = {case.seat_for(case.owner.seat_id): "owns it", case.seat_for(case.raiser.seat_id): "raised it"}
    for leg in legs:
        ended = f" until {clock_time(leg.settled_at, at)}" if leg.settled_at else ""
        why.setdefault(case.seat_for(leg.to_desk.seat_id), f"engaged on leg {leg.number}{ended}")
    why |= {each.seat_id: _by_delegation(each, at) for each in _delegations(case, readers) if each.seat_id}
    engaged = {mark["desk"] for mark in standing.legs} if standing else set()
    named = _people(case)
    rows = [
        (name, ": ".join(filter(None, [why.get(seat) or _otherwise(name, engaged), named.get(seat)])))
        for seat, name in readers.items()
    ]
    return [*rows, *(_parents(case, at) if case.raiser.seat_id in readers else [])]


def _otherwise(name: str, engaged: set[str]) -> str:
    return "engaged" if name.removeprefix("named people of ") in engaged else "was given sight of parts of it"


def _by_delegation(delegation: Delegation, at: datetime) -> str:
    if not delegation.live(at):
        if delegation.since > at:
            return f"delegate of {delegation.principal} from {clock_time(delegation.since, at)}; reads nothing yet"
        return f"was delegate of {delegation.principal}; that is over, so it reads nothing now"
    ends = f" {until(delegation.until, at)}" if delegation.until else ""
    does = ", may act for it" if delegation.may_act else ", reads only"
    return f"delegate of {delegation.principal}{ends}{does}"


def _parents(case: Case, at: datetime) -> Iterator[tuple[str, str]]:
    """They read with their child's seat, so no row of the case names them."""
    if case.raiser.parent_id is None:
        return
    grants = ParentGrant.objects.filter(child=case.raiser_id, parent=case.raiser.parent_id, withdrawn_at=None)
    for each in grants.select_related("parent"):
        if each.live(at):
            ends = f", granted {until(each.until, at)}" if each.until else ", which granted it"
            yield str(each.parent), f"parent of {case.raiser}{ends}"


def _people(case: Case) -> dict[int, str]:
    """The names on a restricted case's lists, for those who stand there themselves."""
    names: dict[int, list[str]] = {}
    for place in named_places(case):
        names.setdefault(place.seat_id, []).append(place.name)
    return {seat: ", ".join(each) for seat, each in names.items()}


def named_places(case: Case) -> list[ListPlace]:
    if not case.restricted:
        return []
    places = ListPlace.objects.filter(seat__in=list(case.lists.values()), until=None)
    return list(places.select_related("stands_for").order_by("stands_for", "name"))


def why_lent(case: Case, viewer: Viewer, at: datetime) -> str:
    """For whom somebody reads a case that is neither their own party's nor their desk's; empty where it is."""
    if set(viewer.own_seats) & set(case.seats):
        return ""
    lent = next((each for each in viewer.lent if each.seat in case.seats), None)
    if lent is None:
        return ""
    ends = f" {until(lent.until, at)}" if lent.until else ""
    if not lent.by_delegation:
        return f"You see this as parent of {lent.party_name}{ends}, and change nothing on it."
    does = "you may write, answer and confirm for it" if lent.may_act else "you change nothing on it"
    return f"You see this for {lent.party_name}, by delegation{ends}; {does}."
