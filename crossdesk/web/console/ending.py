"""The forms around closing: an excuse for each breached clock, a review asked for, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms

from crossdesk.access import Invalid
from crossdesk.cases import policy, reviewing
from crossdesk.cases.models import Case
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.cases.reviewing import Wanted
from crossdesk.clocks.excusing import unexcused
from crossdesk.clocks.models import Clock
from crossdesk.kit.time import clock_time, london, now, span, zone
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.forms import ActForm, Moment, words

EXCUSE = "excuse_"
SOME_TIME = timedelta(days=14)


class Excuses(ActForm):
    """A reason for each clock that breached and was not excused; one left empty goes as breached."""

    def prepare(self) -> None:
        at = now()
        for clock in unexcused(self.about.case.pk, at):
            self.fields[f"{EXCUSE}{clock.pk}"] = words(
                f"Excuse for {self._whose(clock)}", f"{_missed(clock, at)}. {clock.rule}. Left empty it stays a breach."
            )

    def _whose(self, clock: Clock) -> str:
        measure = clock.get_measure_display().lower()
        leg = next((leg for leg in self.about.case.legs.all() if leg.pk == clock.leg), None)
        return f"{leg.to_desk}, {measure}" if leg else f"the case, {measure}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = [name for name in given if name.startswith(EXCUSE)]
        return given | {"excuses": {int(name.removeprefix(EXCUSE)): given.pop(name) for name in names}}


class Close(Excuses):
    why = words("Why you close it without the raiser's word", "Everyone on the case reads it.")
    review = forms.BooleanField(label="Ask for a review of this case", required=False)
    review_why = words("What the review should look at", "Only your desk reads it.")
    review_due = Moment(label="Review due by", required=False)

    def prepare(self) -> None:
        super().prepare()
        if policy.why_not(self.about.viewer, "take_review", self.about.case):
            for name in ("review", "review_why", "review_due"):
                del self.fields[name]
        else:
            self.fields["review_due"].initial = london(now() + SOME_TIME).replace(hour=17, minute=0, second=0)
        last = [name for name in self.fields if name.startswith("review")]
        self.order_fields([name for name in self.fields if name not in last] + last)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        asked, why, due = (given.pop(name, None) for name in ("review", "review_why", "review_due"))
        if asked and not due and "review_due" not in self.errors:
            self.add_error("review_due", "Say by when the review is due.")
        return given | {"review": Wanted(why or "", due) if asked and due else None}


class TakeReview(ActForm):
    ask = forms.IntegerField(widget=forms.HiddenInput)


class ConcludeReview(TakeReview):
    words = words("What the review found, or why there is none", "Only your desk reads it, with the case.")


def take(case: Case, *, ask: int, by: Viewer, at: datetime, seen: int | None = None) -> None:
    reviewing.take(_ask(case, ask), by=by, at=at, seen=seen)


def conclude(case: Case, *, ask: int, words: str, by: Viewer, at: datetime, seen: int | None = None) -> None:
    reviewing.conclude(_ask(case, ask), words=words, by=by, at=at, seen=seen)


def _ask(case: Case, pk: int) -> ReviewAsk:
    found = ReviewAsk.objects.select_related("case").filter(case=case, pk=pk).first()
    if found is None:
        raise Invalid(f"No such review of {case} is asked for; look at the list of your desk.")
    return found


def _missed(clock: Clock, at: datetime) -> str:
    due = clock.breached_at or clock.due_at
    if due is None:
        return "Missed"
    over = span((clock.ended_at or at) - due) if (clock.ended_at or at) > due else ""
    return f"Missed at {clock_time(due, at)} {zone(due)}{f', {over} late' if over else ''}"
