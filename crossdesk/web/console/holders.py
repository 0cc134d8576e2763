"""How long each had the next step, largest first; together they are the whole of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.cases.holding import OWNER, RAISER, Holders, time_per_holder
from crossdesk.cases.questions import CaseFile
from crossdesk.kit.time import span


@dataclass(frozen=True)
class Share:
    name: str
    words: str
    percent: float


@dataclass(frozen=True)
class Shares:
    whole: str
    rows: list[Share]


def shares(file: CaseFile, at: datetime) -> Shares | None:
    """Nothing until two have held it: one bar that says all is nothing to look at."""
    totals = time_per_holder(file.held(at))
    if len(totals) < 2:
        return None
    whole = sum(totals.values(), timedelta())
    desks = {f"leg:{leg.pk}": leg.to_desk.name for leg in file.legs}
    names = {OWNER: file.case.owner.name, RAISER: file.case.raiser.name} | desks
    largest = sorted(totals.items(), key=lambda each: -each[1])
    return Shares(span(whole), [_share(_called(holders, names), time, whole) for holders, time in largest])


def _share(name: str, time: timedelta, whole: timedelta) -> Share:
    percent = 100 * (time / whole)
    return Share(name, f"{span(time)}, {percent:.0f} %", percent)


def _called(holders: Holders, names: dict[str, str]) -> str:
    return " and ".join(sorted({names.get(holder, "another desk") for holder in holders}))
