"""Appendix B, row 9: customers are switched by error. One is a case between suppliers, two are cross-party.

Triage answers what no count decides, twice and differently, and the manager rejects what was proposed.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from crossdesk.kit.time import LONDON
from scenarios import acts, witness
from scenarios.cast import DARA, HAL, PRIYA, set_the_switching_stage
from scenarios.meters import mpans
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.long, pytest.mark.xdist_group("row 9")]
BEGINS = datetime(2026, 3, 2, 10, 0, tzinfo=LONDON)
SETS = set_the_switching_stage

SYSTEMIC = "Systemic Issue"
TYPED = "One digit was typed wrongly; the next customer is not affected."
FORM = "The same form let two suppliers take a meter that was not asked for."
MENDED = "The form was mended this morning, and no third customer was found in a search of all switches."


def test_from_one_transfer_to_a_rejected_candidate(product: Product) -> None:
    priya, hal, dara = (Visitor(product.address, email) for email in (PRIYA, HAL, DARA))
    first = raised(priya, dara, mpans(1))
    one_transfer_is_not_multiple(dara, first)
    second = raised(hal, dara, mpans(1, first=7))
    acts.links(dara, second, first)
    two_are(dara, first)
    proposed_by_an_answer_and_rejected(dara, first)
    nothing_holds_what_was_rejected(priya, dara, first)


def raised(raiser: Visitor, dara: Visitor, meters: list[str]) -> str:
    said = {"MPANs": "\n".join(meters), "A scenario of Appendix B it looks like": "9."}
    summary = "A customer came to us who never asked to"
    case = acts.raises(raiser, "incorrect-css-registration", summary, "The customer is billed twice.", said)
    acts.takes(dara, case)
    acts.owns(dara, case)
    assert witness.clock(acts.thread_of(case), "respond").state == "met"
    return case


def one_transfer_is_not_multiple(dara: Visitor, first: str) -> None:
    told = dara.comes_to_read(acts.page(first), "1 MPANs; 1 to go", "impact")
    assert "“Multiple Erroneous Transfers”" in told
    acts.answers_threshold(dara, first, SYSTEMIC, "No", TYPED)
    told = dara.comes_to_read(acts.page(first), f"No: {TYPED}", "impact")
    assert "Cross-party handling is open" not in told
    assert "MI-" not in dara.reads(acts.page(first), "major")


def two_are(dara: Visitor, first: str) -> None:
    told = dara.comes_to_read(acts.page(first), "Cross-party handling is open since 10:", "impact")
    assert "Row 9 tripped first: Multiple Erroneous Transfers: 2 MPANs" in told
    assert "Pennine Grid help desk" in told
    assert "MI-" not in dara.reads(acts.page(first), "major")


def proposed_by_an_answer_and_rejected(dara: Visitor, first: str) -> None:
    acts.answers_threshold(dara, first, SYSTEMIC, "Yes", FORM)
    incident = acts.candidate(dara, first)
    assert "Systemic Issue: yes" in dara.reads(acts.room(incident))
    assert "Say why" in dara.is_refused(acts.room(incident) + "rejection", "Reject", {})
    acts.rejects(dara, incident, MENDED)
    told = dara.reads(acts.room(incident))
    assert "Rejected" in told
    assert MENDED in told


def nothing_holds_what_was_rejected(priya: Visitor, dara: Visitor, first: str) -> None:
    acts.resolves(dara, first, "The customer is back with their supplier.")
    acts.confirms(priya, first)
    assert "Closed, fixed" in priya.reads(acts.page(first), "head")
