"""Appendix B, row 15: the portal itself is down. Cases come in by mail meanwhile, and are there when it is back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import requests

from crossdesk.kit.time import LONDON
from scenarios import acts, witness
from scenarios.browser import REFERENCE
from scenarios.cast import EWAN, HAL, HARRIER_OPERATIONS, NIA, PRIYA, SUPPLIER_OPERATIONS, set_the_stage
from scenarios.postbox import writes
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.long, pytest.mark.xdist_group("row 15")]
BEGINS = datetime(2026, 6, 9, 8, 0, tzinfo=LONDON)
SETS = set_the_stage

DESK = "desk@desk.crossdesk.example"
DOWN = "The portal does not open"
BACK_UP = "Back Up needed"


def test_an_outage_of_the_portal(product: Product) -> None:
    product.pages_go_down()
    with pytest.raises(requests.ConnectionError):
        requests.get(product.address, timeout=5)
    first = raised_by_mail(product, SUPPLIER_OPERATIONS)
    second = raised_by_mail(product, HARRIER_OPERATIONS)
    the_clock_ran_while_nobody_could_look(product, first)
    product.pages_come_back()
    priya, hal, nia, ewan = (Visitor(product.address, email) for email in (PRIYA, HAL, NIA, EWAN))
    triaged(nia, first, second)
    parties_count_by_their_own_word(priya, hal, nia, first, second)
    incident = declared(nia, ewan, first)
    ended(ewan, incident)
    for raiser, case in ((priya, first), (hal, second)):
        acts.resolves(nia, case, "A certificate of the portal had ended; it was renewed.")
        acts.confirms(raiser, case)


def raised_by_mail(product: Product, sender: str) -> str:
    words = "Nobody here can log a case, and a settlement deadline falls today."
    writes(words, by=sender, to=DESK, subject=DOWN, mailbox=product.mail_port)
    found = REFERENCE.search(str(product.post.letter_to(sender, about="Received")))
    assert found
    return found[0]


def the_clock_ran_while_nobody_could_look(product: Product, case: str) -> None:
    thread = acts.thread_of(case)
    due = witness.clock(thread, "respond").started_at + timedelta(minutes=30)
    product.nearly(due)
    product.reaches(due)
    assert witness.comes(thread, "respond", 100).in_time


def triaged(nia: Visitor, first: str, second: str) -> None:
    assert {first, second} <= set(REFERENCE.findall(nia.reads("/queue/")))
    for case in (first, second):
        acts.takes(nia, case)
        acts.owns(nia, case)
        row = {"Row of Appendix B": "Row 15:"}
        nia.does(acts.page(case) + "impact-row", "Another row applies", row)
    acts.links(nia, second, first)


def parties_count_by_their_own_word(priya: Visitor, hal: Visitor, nia: Visitor, first: str, second: str) -> None:
    """One that denies it again is not counted; a threshold once crossed stays crossed."""
    acts.says_it_is_affected(priya, first, "Sycamore Energy")
    told = nia.comes_to_read(acts.page(first), "1 parties; 1 to go", "impact")
    assert "Cross-party handling is open" not in told
    acts.says_it_is_affected(hal, second, "Harrier Energy")
    told = nia.comes_to_read(acts.page(first), "Cross-party handling is open since 08:", "impact")
    assert "Row 15 tripped first: Multiple Parties Impacted: 2 parties" in told
    assert "Harrier" not in priya.reads(acts.page(first))


def declared(nia: Visitor, ewan: Visitor, first: str) -> str:
    acts.answers_threshold(nia, first, BACK_UP, "Yes", "It will not be back before the deadline of noon.")
    incident = acts.candidate(nia, first)
    acts.declares(ewan, incident, "Cases are taken by mail and telephone until it is back.")
    assert "held open" in nia.comes_to_read(acts.page(first), "held open", "major")
    return incident


def ended(ewan: Visitor, incident: str) -> None:
    acts.restores(ewan, incident, "The portal opens since 08:40.")
    acts.stands_down(ewan, incident, "Everybody logs cases in the portal again.")
    acts.resends(ewan, incident, "Two letters were raised as cases; none was lost.")
    acts.agrees(ewan, incident, "Sycamore Energy", "Its case is there.")
    acts.closes(ewan, incident, "Renewed.", without="Harrier Energy was asked by telephone and has nothing to compare.")
    assert "Closed" in ewan.reads(acts.room(incident), "head")
