"""The steps of the joining kit, the same on every channel, and what is noted of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from crossdesk.exchange.channels import NotTaken

STEPS = ("send", "receive", "thread", "acknowledge", "attach", "bounce", "redirect", "close")


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_PROVED = "not proved"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Step:
    name: str
    verdict: Verdict
    words: str
    """What was seen, or what to mend."""


@dataclass
class Broken(Exception):
    """The step failed; the sentence says what to mend."""

    mend: str


@dataclass
class Unproved(Exception):
    """Nothing failed, and nothing shows that it works: it does not count as passed. The sentence says what to do."""

    mend: str


@dataclass
class Report:
    told: Callable[[Step], None] | None = None
    """Hears of each step when it is done."""
    steps: list[Step] = field(default_factory=list)

    def play(self, *works: Callable[[], str]) -> None:
        """One for each step, in their order. Without the first, nothing else can be tried."""
        for number, (name, work) in enumerate(zip(STEPS, works, strict=True)):
            if not self._passes(name, work) and number == 0:
                break
        for name in STEPS[len(self.steps) :]:
            self.note(Step(name, Verdict.NOT_TRIED, "Nothing can be tried before a message is taken."))

    def _passes(self, name: str, work: Callable[[], str]) -> bool:
        try:
            step = Step(name, Verdict.PASSED, work())
        except Broken as broken:
            step = Step(name, Verdict.FAILED, broken.mend)
        except Unproved as unproved:
            step = Step(name, Verdict.NOT_PROVED, unproved.mend)
        except NotTaken as trouble:
            step = Step(name, Verdict.FAILED, f"Their side did not take it: {trouble.because}")
        self.note(step)
        return step.verdict is Verdict.PASSED

    def note(self, step: Step) -> None:
        self.steps.append(step)
        if self.told:
            self.told(step)
