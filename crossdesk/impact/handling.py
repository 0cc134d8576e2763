"""Cross-party handling: once the threshold is crossed, which desks the owner should engage, each with its reason.

It only proposes: what another desk is told is previewed and sent by a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from crossdesk import rulebook
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.models import Case
from crossdesk.cases.policy import may_engage
from crossdesk.desks.choosing import desks_under
from crossdesk.desks.models import Desk
from crossdesk.impact.judging import CROSS_PARTY
from crossdesk.impact.models import Affected, Crossing
from crossdesk.parties.models import Party

DISTRIBUTORS_HELP = "ldso-help-desk"
AT_MOST = 12


def propose_desks(head: Case, cases: list[UUID]) -> None:
    """Kept with the crossing that opened the handling; a later list or claim may name one more. In `verbs()`."""
    opened = Crossing.objects.filter(case__in=cases, column=CROSS_PARTY).first()
    if opened is None:
        return
    found: dict[int, dict[str, object]] = {}
    for desk, because in _concerned(cases, opened.scenario):
        reachable = desk.hosted or desk.address
        if desk.pk != head.owner_id and reachable and may_engage(head.owner, desk) is None:
            found.setdefault(desk.pk, {"desk": desk.pk, "name": desk.name, "because": because})
    opened.proposed = list(found.values())[:AT_MOST]
    opened.save(update_fields=["proposed"])


def _concerned(cases: list[UUID], scenario: str) -> Iterator[tuple[Desk, str]]:
    """First who holds the meters, then who says it is affected, then who runs the system."""
    for area, given in sorted(_areas(cases).items()):
        for desk in desks_under(DISTRIBUTORS_HELP, area) if area else ():
            yield desk, f"{given:,} of the MPANs given, repeats counted, lie in its area, {area}"
    said = Affected.objects.filter(case__in=cases, kind=Affected.Kind.PARTY).exclude(says=Affected.Says.DENIED)
    for row in said.select_related("party").order_by("since", "pk"):
        if row.party and (its := _desk_of(row.party)):
            yield its, f"{row.party} is affected, {'by its own word' if row.says == 'confirmed' else 'as claimed'}"
    yield from _running(cases, scenario)


def _running(cases: list[UUID], scenario: str) -> Iterator[tuple[Desk, str]]:
    book = rulebook.current()
    row = book.scenarios.get(scenario)
    said = Affected.objects.filter(case__in=cases, kind=Affected.Kind.SYSTEM).exclude(says=Affected.Says.DENIED)
    for key in dict.fromkeys([*said.values_list("key", flat=True), *(row.systems if row else ())]):
        system = book.systems.get(key)
        for desk in Desk.objects.filter(owner__market_roles__role=system.run_by, owner__central=True) if system else ():
            yield desk, f"It runs {system.name}" if system else ""


def _desk_of(party: Party) -> Desk | None:
    """The help desk that others reach it by, else its service desk."""
    return Desk.objects.filter(owner=party).order_by("kind", "pk").first()


def _areas(cases: list[UUID]) -> dict[str, int]:
    areas: dict[str, int] = {}
    for each in ReferenceSet.objects.filter(case__in=cases, kind="mpan", retracted_at=None).values_list(
        "areas", flat=True
    ):
        for area, given in each.items():
            areas[area] = areas.get(area, 0) + given
    return areas
