"""Whom a viewer may write to, with the readers named before a word is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from crossdesk.cases.questions import CaseFile
from crossdesk.desks.colleagues import colleagues
from crossdesk.desks.models import Desk


@dataclass(frozen=True)
class Choice:
    """One audience: `value` is what the verb takes, the rest is what the writing place says about it."""

    value: str
    kind: str
    label: str
    names: list[str]
    not_names: list[str]
    by_mail: bool = False
    exact: bool = False
    why_not: str = ""

    @property
    def count(self) -> int | None:
        """How many people, where each of them is named."""
        return len(self.names) if self.exact else None

    @property
    def readers(self) -> str:
        return ", ".join(self.names)

    @property
    def others(self) -> str:
        return " ".join(f"Not {name}." for name in self.not_names)

    @property
    def asks(self) -> bool:
        """A question has one addressee."""
        return self.kind in {"raiser", "leg"}

    @property
    def send(self) -> str:
        return {"internal": "Keep as internal note", "everyone": "Send to everyone"}.get(self.kind) or (
            f"Send to {self.label.removeprefix('Raiser: ')}"
        )


EVERYBODY = "everybody at "


def choices(file: CaseFile, at: datetime) -> list[Choice]:
    case, viewer = file.case, file.viewer
    offer = _Offer(file, colleagues(viewer, at) if viewer.desks else {})
    own = case.owner if file.at_owner else next((g.to_desk for g in file.legs if viewer.works_at(g.to_desk_id)), None)
    found = []
    if own:
        found.append(offer.choice("internal", "internal", "Our desk only", {case.seat_for(own.seat_id)}))
    if file.at_owner or file.raised_it:
        label = f"Raiser: {case.raiser}" if file.at_owner else str(case.owner)
        found.append(offer.choice("raiser", "raiser", label, set(case.to_raiser().seats)))
    for leg in file.legs:
        ours, theirs = viewer.works_at(leg.from_desk_id), viewer.works_at(leg.to_desk_id)
        if not leg.settled and (ours or theirs):
            label = str(leg.to_desk if ours else leg.from_desk)
            seats, by_mail = set(leg.audience().seats), ours and _by_mail(leg.to_desk)
            found.append(offer.choice(f"leg:{leg.pk}", "leg", label, seats, by_mail=by_mail))
    if file.at_owner:
        found.append(offer.choice("everyone", "everyone", "Everyone on the case", set(case.seats)))
    return found


def _by_mail(desk: Desk) -> bool:
    return not desk.hosted and bool(desk.address)


@dataclass(frozen=True)
class _Offer:
    """Whoever reads is named as exactly as this writer may know: colleagues, a mailbox, or an organisation."""

    file: CaseFile
    people: Mapping[int, Sequence[str]]

    def choice(self, value: str, kind: str, label: str, seats: set[int], *, by_mail: bool = False) -> Choice:
        known = self.file.readers
        names = [name for seat, label in known.items() if seat in seats for name in self._named(seat, label)]
        others = [label for seat, label in known.items() if seat not in seats]
        return Choice(value, kind, label, names, others, by_mail, exact=self._exact(seats & known.keys()))

    def _named(self, seat: int, label: str) -> Sequence[str]:
        """A list of named people, or a delegate, is called what it is: not everybody of a desk reads there."""
        desk = self._desks.get(seat)
        if desk and desk.pk in self.people:
            return self.people[desk.pk]
        if desk and _by_mail(desk):
            return [f"{desk.address} (the mailbox of {desk})"]
        return [f"{EVERYBODY}{label}" if desk or seat == self.file.case.raiser.seat_id else label]

    def _exact(self, seats: set[int]) -> bool:
        return all((desk := self._desks.get(seat)) and (desk.pk in self.people or _by_mail(desk)) for seat in seats)

    @cached_property
    def _desks(self) -> dict[int, Desk]:
        ends = [self.file.case.owner, *(desk for leg in self.file.legs for desk in (leg.from_desk, leg.to_desk))]
        return {desk.seat_id: desk for desk in ends}
