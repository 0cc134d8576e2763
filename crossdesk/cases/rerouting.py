"""Which desk the rules propose next to the owner of a case, and why. Nothing moves by it: a person engages the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crossdesk import rulebook
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.policy import may_engage
from crossdesk.desks.models import Desk
from crossdesk.rulebook.rerouting import BOUNCES, BOUNDARY
from crossdesk.rulebook.rows.times import Reroute

UNHEARD = frozenset({LegStage.SENDING, LegStage.DELIVERED})


@dataclass(frozen=True)
class Next:
    """A desk that a row of rerouting.toml proposes, with what made the row speak."""

    desk: Desk
    rule: Reroute
    fact: str

    @property
    def because(self) -> str:
        return f"{self.fact} {self.rule.because}"


@dataclass(frozen=True)
class _Spoken:
    rule: Reroute
    fact: str
    late: Leg | None = None


def next_desks(case: Case, legs: Iterable[Leg]) -> list[Next]:
    """Read as the owner, whose own legs these are. Costs nothing where no row speaks, else one look for the desks."""
    legs = [leg for leg in legs if leg.from_desk_id == case.owner_id]
    spoken = list(_speaking(case, legs)) if case.is_open else []
    if not spoken:
        return []
    asked = {leg.to_desk_id for leg in legs if not leg.settled or leg.stage == LegStage.DECLINED}
    found: dict[int, Next] = {}
    for each, desk in _desks(case, spoken):
        reachable = desk.hosted or desk.address
        if desk.pk not in {case.owner_id, *asked} and reachable and may_engage(case.owner, desk) is None:
            found.setdefault(desk.pk, Next(desk, each.rule, each.fact))
    return list(found.values())


def _speaking(case: Case, legs: list[Leg]) -> Iterator[_Spoken]:
    book = rulebook.current()
    for rule in book.reroutes.values():
        if rule.when == BOUNDARY:
            if case.system in rule.systems and case.owner.rule != rule.to:
                yield _Spoken(rule, f"The case is about {book.systems[case.system].name}.")
        elif rule.when == BOUNCES:
            if case.bounces >= rule.at_least:
                yield _Spoken(rule, f"It was sent on {case.bounces} times.")
        else:
            for leg in legs:
                unheard = leg.silent and leg.stage in UNHEARD
                if unheard and (not rule.desks or leg.to_desk.rule in rule.desks) and leg.to_desk.rule != rule.to:
                    yield _Spoken(rule, f"{leg.to_desk} has not acknowledged in time.", leg)


def _desks(case: Case, spoken: list[_Spoken]) -> Iterator[tuple[_Spoken, Desk]]:
    rules = {each.rule.to for each in spoken}
    rows = Desk.objects.filter(rule__in=rules, owner__closed_at=None).select_related("owner").order_by("name")
    of_area: set[int] | None = None
    every = list(rows)
    for each in spoken:
        fitting = [desk for desk in every if desk.rule == each.rule.to]
        if rulebook.current().desks[each.rule.to].each:
            if each.late:
                fitting = [desk for desk in fitting if desk.owner_id == each.late.to_desk.owner_id]
            else:
                of_area = _of_area(case) if of_area is None else of_area
                fitting = [desk for desk in fitting if desk.owner_id in of_area]
        for desk in fitting:
            yield each, desk


def _of_area(case: Case) -> set[int]:
    """The distributors of the areas of the MPANs given; none where no list says so, rather than every distributor."""
    listed = ReferenceSet.objects.filter(case=case, kind="mpan", retracted_at=None).values_list("areas", flat=True)
    areas = {area[:2] for each in listed for area in each}
    owners = Desk.objects.filter(owner__market_roles__distributor_id__in=areas) if areas else Desk.objects.none()
    return set(owners.values_list("owner", flat=True))
