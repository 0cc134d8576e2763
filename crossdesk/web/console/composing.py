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
        found.append(_choice(file, "internal", "internal", "Our desk only", {case.seat_for(own.seat_id)}))
    if file.at_owner or file.raised_it:
        label = f"Raiser: {case.raiser}" if file.at_owner else str(case.owner)
        found.append(_choice(file, "raiser", "raiser", label, set(case.to_raiser().seats)))
    for leg in file.legs:
        ours, theirs = viewer.works_at(leg.from_desk_id), viewer.works_at(leg.to_desk_id)
        if not leg.settled and (ours or theirs):
            label = str(leg.to_desk if ours else leg.from_desk)
            found.append(_choice(file, f"leg:{leg.pk}", "leg", label, set(leg.audience().seats)))
    if file.at_owner:
        found.append(_choice(file, "everyone", "everyone", "Everyone on the case", set(case.seats)))
    return found


def _choice(file: CaseFile, value: str, kind: str, label: str, seats: set[int]) -> Choice:
    readers = [name for seat, name in file.readers.items() if seat in seats]
    others = [name for seat, name in file.readers.items() if seat not in seats]
    return Choice(value, kind, label, readers, others)
