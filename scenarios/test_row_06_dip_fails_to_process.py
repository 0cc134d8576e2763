"""Appendix B, row 6: the DIP processes no messages, in the night in which the clocks go back.

Nobody acknowledges in time, a pause ends by itself, a promised update is missed, and six hours are six hours.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from crossdesk.kit.tests.waiting import until
from crossdesk.kit.time import LONDON
from scenarios import acts, witness
from scenarios.cast import EWAN, FREYA, NIA, PRIYA, SUPPLIER_OPERATIONS, set_the_stage
from scenarios.postbox import words_of
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.long, pytest.mark.xdist_group("row 6")]
BEGINS = datetime(2025, 10, 25, 22, 0, tzinfo=LONDON)
"""A Saturday in summer time; at two o'clock it is one o'clock again."""
SETS = set_the_stage
HALF_HOUR = timedelta(minutes=30)
WORDS = "Industry Wide Impact"
FENLAND = "Fenland Networks help desk"


def gmt(hour: int, minute: int = 0) -> datetime:
    """That Sunday by the clock of winter."""
    return datetime(2025, 10, 26, hour, minute, tzinfo=UTC)


class Night:
    def __init__(self, product: Product) -> None:
        self.product = product
        people = (Visitor(product.address, email) for email in (PRIYA, NIA, EWAN, FREYA))
        self.priya, self.nia, self.ewan, self.freya = people
        self.case = acts.raises(
            self.priya,
            "dip-message-failure",
            "The DIP takes messages in and processes none",
            "No reading reaches settlement.",
            {"A scenario of Appendix B it looks like": "6."},
        )
        self.thread = acts.thread_of(self.case)
        self.incident = ""
        self.asked_at = BEGINS
        self.raised_at = witness.clock(self.thread, "respond").started_at


def test_a_night_with_the_dip_down(product: Product) -> None:
    night = Night(product)
    nobody_acknowledges_in_time(night)
    six_hours_are_six_hours(night)
    a_delayed_process_opens_cross_party_handling(night)
    triage_answers_and_it_is_declared(night)
    the_first_promise_is_missed(night)
    the_next_is_made_across_the_change(night)
    the_engaged_desk_is_silent(night)
    the_promise_is_missed_by_the_new_dial(night)
    the_pause_ends_by_itself(night)
    it_is_solved_and_stood_down(night)
    it_closes_when_every_party_agreed(night)


def nobody_acknowledges_in_time(night: Night) -> None:
    """At half and three quarters of the time it warns, at the end it is missed, at twice it goes higher up."""
    product, thread = night.product, night.thread
    due = night.raised_at + HALF_HOUR
    assert witness.due(thread, "respond") == due
    product.nearly(due)
    witness.comes(thread, "respond", 75)
    product.reaches(due)
    assert witness.percents(thread, "respond") == [50, 75]
    assert witness.comes(thread, "respond", 100).in_time
    product.nearly(due + HALF_HOUR)
    product.reaches(due + HALF_HOUR)
    assert witness.percents(thread, "respond") == [50, 75, 100]
    assert witness.comes(thread, "respond", 200).in_time
    night.nia.comes_to_read(acts.page(night.case), "Target missed, respond; for the service manager", "timeline")
    night.nia.comes_to_read(acts.page(night.case), "200 % used, respond; for the governance body", "timeline")
    for level in ("service manager", "governance body"):
        until(partial(is_told_by_mail, night, level), f"a letter to the {level}")
    acts.takes(night.nia, night.case)
    night.nia.comes_to_read(acts.page(night.case), "30 m late")


def is_told_by_mail(night: Night, level: str) -> bool:
    """Other cases of that desk are late as well."""
    letters = [each for each in night.product.post.letters_to(EWAN) if f"Escalated to the {level}" in each["Subject"]]
    return any(f"missed what was promised on {night.case}" in words_of(each) for each in letters)


def six_hours_are_six_hours(night: Night) -> None:
    fault = {"Or a published kind of fault": "DIP outage"}
    night.nia.does(acts.page(night.case) + "priority", "Set priority", fault)
    assert witness.due(night.thread, "resolve") == night.raised_at + timedelta(hours=6)
    assert "P1 in DIP" in night.nia.reads(acts.page(night.case))
    assert "due 26 Oct 03:0" in night.nia.reads(acts.page(night.case))
    acts.owns(night.nia, night.case, "We have it, and our provider is called.")


def a_delayed_process_opens_cross_party_handling(night: Night) -> None:
    page = acts.page(night.case)
    assert "Cross-party handling is open" not in night.nia.reads(page, "impact")
    acts.claims_process(night.nia, night.case, "Settlement", "No consumption data arrives.")
    told = night.nia.comes_to_read(page, "Cross-party handling is open since 23:", "impact")
    assert "Row 6 tripped first: Delays in Market Processes: 1 processes" in told
    acts.claims_party(night.nia, night.case, "Fenland Networks", "Its registrations are not confirmed.")
    night.nia.comes_to_read(page, "Fenland Networks is affected, as claimed", "impact")


def triage_answers_and_it_is_declared(night: Night) -> None:
    page = acts.page(night.case)
    acts.engages_proposed(night.nia, night.case, FENLAND)
    acts.answers_threshold(night.nia, night.case, WORDS, "No", "Two suppliers have called so far.")
    night.nia.comes_to_read(page, "No: Two suppliers have called so far.", "impact")
    acts.answers_threshold(night.nia, night.case, WORDS, "Yes", "Every supplier waits.")
    night.incident = acts.candidate(night.nia, night.case)
    assert "Candidate" in night.nia.reads(acts.room(night.incident), "head")
    acts.declares(night.ewan, night.incident, "No message of anybody is processed.")


def the_first_promise_is_missed(night: Night) -> None:
    """By the plan the resolvers hear again within half an hour; everybody in the room sees the clock."""
    thread = acts.thread_of_major(night.incident)
    due = witness.due(thread, "update")
    assert due - witness.clock(thread, "update").started_at == HALF_HOUR
    night.product.nearly(due)
    witness.comes(thread, "update", 75)
    night.product.reaches(due)
    assert witness.percents(thread, "update") == [50, 75]
    assert witness.comes(thread, "update", 100).in_time
    night.nia.comes_to_read(acts.room(night.incident), "0 m over", "head")


def the_next_is_made_across_the_change(night: Night) -> None:
    """From half past eleven in summer time to ten past two in winter time, and that is more than three hours."""
    told = {
        "What happened": "The DIP has processed no messages since 22:00.",
        "What you should do": "Send nothing again.",
    }
    product, to = night.product, ["Affected parties", "Raisers"]
    acts.publishes(product, night.nia, None, night.incident, "The DIP processes nothing", told, to, gmt(2, 10))
    thread = acts.thread_of_major(night.incident)
    assert witness.due(thread, "update") == gmt(2, 10)
    letter = product.post.letter_to(SUPPLIER_OPERATIONS, about="The DIP processes nothing")
    assert "26 Oct 2025, 02:10 GMT" in words_of(letter)
    assert "promised by 26 Oct 02:10" in night.nia.reads(acts.room(night.incident), "head")
    assert night.priya.status(acts.room(night.incident)) == 404
    acts.asks_the_raiser(night.nia, night.case, "Which of your readings came through?", gmt(2, 30))
    night.asked_at = night.product.clock.now()


def the_engaged_desk_is_silent(night: Night) -> None:
    """Its own word is two hours, and nobody there looked."""
    leg = acts.leg_of(night.case)
    due = witness.due(night.thread, "acknowledge", leg)
    night.product.nearly(due)
    witness.comes(night.thread, "acknowledge", 75, leg)
    night.product.reaches(due)
    assert witness.comes(night.thread, "acknowledge", 100, leg).in_time
    night.nia.comes_to_read(acts.page(night.case), "silent")
    acknowledge = acts.page(night.case) + "legs/1/acknowledgement"
    night.freya.does(acknowledge, "Acknowledge", {"Your own reference": "FN-81"})


def the_promise_is_missed_by_the_new_dial(night: Night) -> None:
    thread = acts.thread_of_major(night.incident)
    night.product.nearly(gmt(2, 10))
    witness.comes(thread, "update", 75)
    night.product.reaches(gmt(2, 10))
    assert witness.percents(thread, "update") == [50, 75]
    missed = witness.comes(thread, "update", 100)
    assert missed.in_time
    assert missed.due == gmt(2, 10)


def the_pause_ends_by_itself(night: Night) -> None:
    """No answer came. What the clock had left when it was stopped it still has."""
    stopped = witness.clock(night.thread, "resolve")
    assert (stopped.state, stopped.resumes_at) == ("paused", gmt(2, 30))
    night.product.nearly(gmt(2, 30))
    night.product.reaches(gmt(2, 30))
    until(lambda: witness.count(night.thread, "clock.chased"), "the raiser to be chased")
    goes_on = witness.clock(night.thread, "resolve")
    assert goes_on.state == "running"
    assert goes_on.due_at is not None
    paused = goes_on.due_at - (night.raised_at + timedelta(hours=6))
    assert timedelta() <= paused - (gmt(2, 30) - night.asked_at) < timedelta(seconds=30)
    assert "paused, runs again" not in night.nia.reads(acts.page(night.case))


def it_is_solved_and_stood_down(night: Night) -> None:
    leg, page = acts.page(night.case) + "legs/1/", acts.page(night.case)
    night.priya.does(page + "answer", "Answer", {"Words": "None since ten o'clock."})
    night.freya.does(leg + "resolution", "Propose as resolved", {"Words": "Registrations are confirmed again."})
    night.nia.does(leg + "confirmation", "Confirm the answer", {"Words": "Seen."})
    acts.restores(night.ewan, night.incident, "The DIP processes messages since 02:31 GMT.")
    acts.stands_down(night.ewan, night.incident, "The queue is empty.")
    acts.resends(night.ewan, night.incident, "Nothing was lost, so nothing was sent again.")
    acts.resolves(night.nia, night.case, "A process of the DIP had stopped; it was started again.")
    assert "holds it open" in night.priya.reads(page + "confirmation")


def it_closes_when_every_party_agreed(night: Night) -> None:
    closing, why = acts.room(night.incident) + "closing", {"How it ended": "Processed."}
    assert "has not agreed" in night.ewan.is_refused(closing, "Close", why)
    for party in ("Fenland Networks", "Sycamore Energy"):
        acts.agrees(night.ewan, night.incident, party, "Compared; nothing is left.")
    acts.closes(night.ewan, night.incident, "Processed, compared and agreed.")
    acts.confirms(night.priya, night.case)
    assert "Closed, fixed" in night.priya.reads(acts.page(night.case), "head")
