"""A channel that people carry is tried by a person: who tried it and when, whom it reached, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from crossdesk.access import DESK_WORK, Invalid, NotAllowed
from crossdesk.desks.agreements import in_force
from crossdesk.desks.models import Agreement
from crossdesk.desks.signing import SIGNING
from crossdesk.exchange.conformance.runs import ConformanceRun, can_be_tried
from crossdesk.exchange.conformance.steps import Step, Verdict
from crossdesk.kit.time import in_full
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Tried:
    """What somebody did: at this time a word or a test case went by the channel, and reached this person or place."""

    tried_at: datetime
    reached: str
    words: str
    worked: bool


def why_not_try(by: Viewer, agreement: Agreement) -> str | None:
    if by.party != agreement.other_id:
        return f"{agreement.other} reaches {agreement.promiser} by it, so somebody of {agreement.other} tries it."
    if not by.roles & (DESK_WORK | SIGNING):
        return f"Somebody who works at a desk of {by.party_name}, or administers it, tries it."
    return None


def note_trial(agreement: Agreement, said: Tried, *, by: Viewer, at: datetime) -> ConformanceRun:
    """Kept on the agreement, where both sides read it."""
    if refusal := why_not_try(by, agreement):
        raise NotAllowed(refusal)
    if not said.reached.strip():
        raise Invalid("Say whom it reached: a name, or the number that their portal gave.")
    if not said.words.strip():
        raise Invalid("Say what you sent and what came back, or what has to be mended.")
    with verbs():
        terms = in_force(agreement.versions.order_by("-number"), at)
        if terms is None:
            raise Invalid(f"No version of {agreement} is in force, so there is nothing to try yet.")
        if can_be_tried(terms):
            raise Invalid(f"{agreement} goes by {terms.exchange.channel.label}; its own test tries that.")
        if not terms.since <= said.tried_at <= at:
            raise Invalid("Give the time at which you tried it, since the agreement came into force.")
        words = f"Tried {in_full(said.tried_at)} by {by.name}, {by.party_name}. Reached: {said.reached.strip()[:200]}."
        step = Step("send", Verdict.PASSED if said.worked else Verdict.FAILED, f"{words} {said.words.strip()[:1000]}")
        return ConformanceRun.objects.create(
            agreement=agreement, at=at, by=f"{by.name}, {by.party_name}"[:160], channel=terms.exchange.channel,
            passed=said.worked, steps=[asdict(step)], seats=agreement.seats,
        )  # fmt: skip
