"""Appendix B, row 12: the MDS fails. Two delayed processes are cross-party; market-wide failures are declared.

The market is told by two people, the emergency comes back once, and one party is closed without.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crossdesk.kit.time import LONDON
from scenarios import acts, witness
from scenarios.cast import EWAN, FREYA, HAL, NIA, PRIYA, SUPPLIER_OPERATIONS, set_the_stage
from scenarios.postbox import words_of
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.long, pytest.mark.xdist_group("row 12")]
BEGINS = datetime(2026, 5, 22, 16, 0, tzinfo=LONDON)
SETS = set_the_stage

FAILURES = "Market-Wide Failures"
TITLE = "The Market Data Service takes no data"
FENLAND = "Fenland Networks help desk"
HOUR = timedelta(hours=1)


def test_the_mds_fails_twice(product: Product) -> None:
    priya, hal, nia, ewan, freya = (Visitor(product.address, email) for email in (PRIYA, HAL, NIA, EWAN, FREYA))
    case = raised(priya, nia)
    the_second_process_opens_it(nia, case)
    a_proposed_desk_is_engaged_and_answers(nia, freya, case)
    incident = declared(nia, ewan, case)
    another_case_is_held_too(hal, nia, ewan, incident)
    the_market_is_told_by_two(product, nia, ewan, incident)
    it_is_stood_down_and_comes_back(product, ewan, incident)
    it_ends(priya, nia, ewan, incident, case)


def raised(priya: Visitor, nia: Visitor) -> str:
    said = {"A scenario of Appendix B it looks like": "12."}
    case = acts.raises(priya, "mds-issue", "The MDS refuses every file", "Nothing of ours is settled.", said)
    acts.takes(nia, case)
    acts.judges(nia, case, "Market-wide", "Now")
    acts.owns(nia, case)
    return case


def the_second_process_opens_it(nia: Visitor, case: str) -> None:
    acts.claims_process(nia, case, "Settlement", "The run of this evening has no data.")
    told = nia.comes_to_read(acts.page(case), "1 processes; 1 to go", "impact")
    assert "Cross-party handling is open" not in told
    acts.claims_process(nia, case, "Billing", "Two suppliers stopped their bills.")
    told = nia.comes_to_read(acts.page(case), "Cross-party handling is open since 16:", "impact")
    assert "Row 12 tripped first: Delays Across Market Processes: 2 processes" in told


def a_proposed_desk_is_engaged_and_answers(nia: Visitor, freya: Visitor, case: str) -> None:
    acts.claims_party(nia, case, "Fenland Networks", "It reads from the MDS.")
    nia.comes_to_read(acts.page(case), "Fenland Networks is affected, as claimed", "impact")
    acts.engages_proposed(nia, case, FENLAND)
    leg = acts.page(case) + "legs/1/"
    freya.does(leg + "acknowledgement", "Acknowledge", {"Your own reference": "FN-90"})
    assert witness.clock(acts.thread_of(case), "acknowledge", acts.leg_of(case)).state == "met"
    freya.does(leg + "resolution", "Propose as resolved", {"Words": "Ours wait and are kept."})
    nia.does(leg + "confirmation", "Confirm the answer", {"Words": "Noted."})


def declared(nia: Visitor, ewan: Visitor, case: str) -> str:
    acts.answers_threshold(nia, case, FAILURES, "Yes", "No party gets data in or out.")
    incident = acts.candidate(nia, case)
    acts.declares(ewan, incident, "No party gets data in or out of the MDS.")
    return incident


def another_case_is_held_too(hal: Visitor, nia: Visitor, ewan: Visitor, incident: str) -> None:
    other = acts.raises(hal, "mds-issue", "No answer from the MDS", "Bills wait.")
    acts.takes(nia, other)
    acts.owns(nia, other)
    acts.puts_under(ewan, incident, other)
    acts.resolves(nia, other, "It answers again.")
    assert "holds it open" in hal.reads(acts.page(other) + "confirmation")
    assert hal.status(acts.room(incident)) == 404


def the_market_is_told_by_two(product: Product, nia: Visitor, ewan: Visitor, incident: str) -> None:
    told = {
        "What happened": "Since 15:40 the MDS takes no data.",
        "What you should do": "Keep your files; send none again.",
    }
    next_by = (product.clock.now() + 2 * HOUR).replace(second=0, microsecond=0)
    to = ["Affected parties", "Raisers", "Public"]
    acts.publishes(product, nia, ewan, incident, TITLE, told, to, next_by)
    assert witness.due(acts.thread_of_major(incident), "update") == next_by
    assert "Keep your files" in words_of(product.post.letter_to(SUPPLIER_OPERATIONS, about=TITLE))
    anybody = Visitor(product.address, "")
    assert TITLE in anybody.reads("/status/")


def it_is_stood_down_and_comes_back(product: Product, ewan: Visitor, incident: str) -> None:
    thread = acts.thread_of_major(incident)
    assert "is not restored" in ewan.is_refused(
        acts.room(incident) + "standing-down", "Stand down", {"Why the emergency is over": "It is late."}
    )
    acts.restores(ewan, incident, "Files are taken since 17:20.")
    acts.stands_down(ewan, incident, "The queue is worked off.")
    assert witness.clock(thread, "update").state == "stopped"
    acts.declares_again(ewan, incident, "It stopped again with the first large file.")
    again = witness.clock(thread, "update")
    assert again.state == "running"
    assert again.due_at is not None
    assert again.due_at - again.started_at == HOUR / 2
    product.nearly(again.due_at)
    witness.comes(thread, "update", 75)
    product.reaches(again.due_at)
    assert witness.comes(thread, "update", 100).in_time


def it_ends(priya: Visitor, nia: Visitor, ewan: Visitor, incident: str, case: str) -> None:
    acts.restores(ewan, incident, "Files of every size are taken.")
    acts.stands_down(ewan, incident, "Two hours without a stop.")
    acts.resends(ewan, incident, "Every kept file was sent: 1,204 of six parties.")
    for party in ("Sycamore Energy", "Harrier Energy"):
        acts.agrees(ewan, incident, party, "Compared.")
    why = "Fenland Networks was asked twice by telephone; it sends nothing to the MDS itself."
    acts.closes(ewan, incident, "All files are in.", without=why)
    acts.resolves(nia, case, "A disk was full; it was made larger.")
    acts.confirms(priya, case)
    assert "Closed, fixed" in priya.reads(acts.page(case), "head")
