"""The central switching incident of July 2023, by its published dates and counts; who takes part is invented.

Declared on 6 July, 200,428 messages not sent, all processed on 8 August, 33 days later, closed on 12 September.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crossdesk.clocks.models import Clock
from crossdesk.kit.time import LONDON
from crossdesk.threads.viewer import verbs
from scenarios import acts, witness
from scenarios.cast import DARA, HAL, IDRIS, NIA, PRIYA, QUARRY_OPERATIONS, UNA, set_the_switching_stage
from scenarios.postbox import words_of
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.long, pytest.mark.xdist_group("July 2023")]
BEGINS = datetime(2023, 7, 6, 8, 0, tzinfo=LONDON)
SETS = set_the_switching_stage

NOT_SENT = "200,428 switch and registration messages were not sent."
TITLE = "Central switching sends no messages"
TO = ["Affected parties", "Raisers", "Public"]
FAILURES = "Market-Wide Failures"
PARTIES = ("Quarry Hill Energy", "Sycamore Energy", "Harrier Energy")


def day(month: int, number: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2023, month, number, hour, minute, tzinfo=LONDON)


class Summer:
    def __init__(self, product: Product) -> None:
        self.product = product
        self.dara, self.idris, self.nia = (Visitor(product.address, email) for email in (DARA, IDRIS, NIA))
        self.raisers = [Visitor(product.address, email) for email in (UNA, PRIYA, HAL)]
        self.cases: list[str] = []
        self.incident = ""

    @property
    def room(self) -> str:
        return acts.room(self.incident)

    def told(self, title: str, lines: dict[str, str], next_by: datetime | None = None) -> None:
        acts.publishes(self.product, self.dara, self.idris, self.incident, title, lines, TO, next_by)


def test_from_6_july_to_12_september(product: Product) -> None:
    summer = Summer(product)
    thursday_6_july(summer)
    the_promise_of_the_first_day_is_missed(summer)
    settlement_is_asked(summer)
    thursday_13_july(summer)
    tuesday_8_august(summer)
    nothing_runs_while_it_is_held(summer)
    friday_8_september(summer)
    tuesday_12_september(summer)


def thursday_6_july(summer: Summer) -> None:
    """Three suppliers call; the first case is the head of the others, and it is declared within the morning."""
    dara = summer.dara
    for raiser in summer.raisers:
        said = {"A scenario of Appendix B it looks like": "12."}
        impact = "No switch is confirmed, in gas and electricity alike."
        summer.cases.append(acts.raises(raiser, "switching-issue", "Switch confirmations stopped", impact, said))
    head = summer.cases[0]
    for case in summer.cases:
        acts.takes(dara, case)
        acts.judges(dara, case, "Market-wide", "Now")
        acts.owns(dara, case)
        if case != head:
            acts.links(dara, case, head)
    acts.answers_threshold(dara, head, FAILURES, "Yes", "Nobody's messages leave the central service.")
    summer.incident = acts.candidate(dara, head)
    acts.declares(dara, summer.incident, "The central switching service sends no switch or registration messages.")
    assert "Switching Service Desk leads" in dara.reads(summer.room, "head")
    lines = {
        "What happened": "Since this morning no messages are sent.",
        "What you should do": "Send no request a second time.",
    }
    summer.told(TITLE, lines, day(7, 6, 18))
    letter = summer.product.post.letter_to(QUARRY_OPERATIONS, about=TITLE)
    assert "6 Jul 2023, 18:00 BST" in words_of(letter)


def the_promise_of_the_first_day_is_missed(summer: Summer) -> None:
    thread, due = acts.thread_of_major(summer.incident), day(7, 6, 18)
    summer.product.nearly(due)
    witness.comes(thread, "update", 75)
    summer.product.reaches(due)
    assert witness.percents(thread, "update") == [50, 75]
    missed = witness.comes(thread, "update", 100)
    assert (missed.due, missed.in_time) == (due, True)


def settlement_is_asked(summer: Summer) -> None:
    """The next day, for what follows from it in settlement: the other central desk answers on its leg."""
    summer.product.to(day(7, 7))
    head, dara, nia = summer.cases[0], summer.dara, summer.nia
    acts.engages(
        dara, head, "Elexon Service Desk", "What has settlement to hold back?", "The effect on runs is yours to judge."
    )
    leg = acts.page(head) + "legs/1/"
    nia.does(leg + "acknowledgement", "Acknowledge", {"Your own reference": "EL-7"})
    nia.does(leg + "resolution", "Propose as resolved", {"Words": "Runs go on; corrections follow in later runs."})
    dara.does(leg + "confirmation", "Confirm the answer", {"Words": "Passed on."})


def thursday_13_july(summer: Summer) -> None:
    """New messages pass; what was not sent is counted; the emergency ends and every case stays held."""
    summer.product.to(day(7, 13))
    acts.restores(summer.dara, summer.incident, "New messages pass. What was not sent is still to be sent.")
    summer.told("New messages pass", {"What happened": NOT_SENT, "What is being done": "They are sent, oldest first."})
    assert "200,428" in words_of(summer.product.post.letter_to(QUARRY_OPERATIONS, about="New messages pass"))
    acts.stands_down(summer.dara, summer.incident, "The resend and the reconciliation go on.")
    assert "Stood down" in summer.dara.reads(summer.room, "head")


def tuesday_8_august(summer: Summer) -> None:
    """All are processed, 33 days after. That is not the end: nobody closes a case before the parties agree."""
    summer.product.to(day(8, 8))
    assert day(8, 8) - day(7, 6) == timedelta(days=33)
    acts.resends(summer.dara, summer.incident, "All 200,428 messages have been processed.")
    summer.told("All messages are processed", {"What happened": "All 200,428 messages have been processed."})
    for raiser, case in zip(summer.raisers, summer.cases, strict=True):
        acts.resolves(summer.dara, case, "Your messages were among them. Please compare your registrations.")
        assert "holds it open" in raiser.reads(acts.page(case) + "confirmation")


def nothing_runs_while_it_is_held(summer: Summer) -> None:
    """Resolved and held for five weeks: no clock of theirs runs, so none is missed."""
    assert day(9, 12) - day(8, 8) == timedelta(weeks=5)
    for case in summer.cases:
        with verbs():
            assert not Clock.objects.filter(thread=acts.thread_of(case), ended_at=None).exists()


def friday_8_september(summer: Summer) -> None:
    """The summary report is out, and all agree but one."""
    summer.product.to(day(9, 8))
    for party in PARTIES[:-1]:
        acts.agrees(summer.dara, summer.incident, party, "Every registration compared; nothing is left.")
    sentence = summer.dara.is_refused(summer.room + "closing", "Close", {"How it ended": "The report is out."})
    assert f"{PARTIES[-1]} has not agreed" in sentence


def tuesday_12_september(summer: Summer) -> None:
    summer.product.to(day(9, 12))
    acts.agrees(summer.dara, summer.incident, PARTIES[-1], "The last 300 registrations are confirmed.")
    acts.closes(summer.dara, summer.incident, "Formally closed when the last party agreed.")
    told = summer.dara.reads(summer.room)
    assert "Declared 6 Jul" in told
    assert "Closed" in summer.dara.reads(summer.room, "head")
    for raiser, case in zip(summer.raisers, summer.cases, strict=True):
        acts.confirms(raiser, case)
        assert "Closed, fixed" in raiser.reads(acts.page(case), "head")
        assert raiser.status(summer.room) == 404
