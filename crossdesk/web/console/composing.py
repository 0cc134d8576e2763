"""Whom a viewer may write to, with the readers named before a word is written."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk.cases.questions import CaseFile


@dataclass(frozen=True)
class Choice:
    """One audience: `value` is what the verb takes, the rest is what the writing place says about it."""

    value: str
    kind: str
    label: str
    names: list[str]
    not_names: list[str]
    why_not: str = ""

    @property
    def count(self) -> int:
        return len(self.names)

    @property
    def readers(self) -> str:
        return ", ".join(self.names)

    @property
    def others(self) -> str:
        return " ".join(f"Not {name}." for name in self.not_names)

    @property
    def send(self) -> str:
        return {"internal": "Keep as internal note", "everyone": "Send to everyone"}.get(self.kind) or (
            f"Send to {self.label.removeprefix('Raiser: ')}"
        )


def choices(file: CaseFile) -> list[Choice]:
    case, viewer = file.case, file.viewer
    found = []
    own = case.owner if file.at_owner else next((g.to_desk for g in file.legs if viewer.works_at(g.to_desk_id)), None)
    if own:
        found.append(_choice(file, "internal", "internal", "Our desk only", {own.seat_id}))
    if file.at_owner or file.raised_it:
        label = f"Raiser: {case.raiser}" if file.at_owner else str(case.owner)
        found.append(_choice(file, "raiser", "raiser", label, {case.raiser.seat_id, case.owner.seat_id}))
    for leg in file.legs:
        ours, theirs = viewer.works_at(leg.from_desk_id), viewer.works_at(leg.to_desk_id)
        if not leg.settled and (ours or theirs):
            label = str(leg.to_desk if ours else leg.from_desk)
            found.append(_choice(file, f"leg:{leg.pk}", "leg", label, {leg.from_desk.seat_id, leg.to_desk.seat_id}))
    if file.at_owner:
        found.append(_choice(file, "everyone", "everyone", "Everyone on the case", set(case.seats)))
    return found


def _choice(file: CaseFile, value: str, kind: str, label: str, seats: set[int]) -> Choice:
    readers = [name for seat, name in file.readers.items() if seat in seats]
    others = [name for seat, name in file.readers.items() if seat not in seats]
    return Choice(value, kind, label, readers, others)


def who_sees(file: CaseFile) -> list[tuple[str, str]]:
    """Each seat this viewer may know of, with the rule that gave it sight."""
    case = file.case
    why = {case.raiser.seat_id: "raised it", case.owner.seat_id: "owns it"}
    for leg in file.legs:
        how = f"was engaged, leg {leg.number}" if leg.settled else f"engaged, leg {leg.number}"
        why.setdefault(leg.to_desk.seat_id, how)
    engaged = {mark["desk"] for mark in file.standing.legs} if file.standing else set()
    return [
        (name, why.get(seat) or ("engaged" if name in engaged else "was given sight of parts of it"))
        for seat, name in file.readers.items()
    ]
