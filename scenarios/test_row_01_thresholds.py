"""Appendix B, row 1: more than 100 MPANs open cross-party handling, more than 500 propose a major incident.

Two competitors' cases are linked; what both give is counted once, and each reads its own share and the total.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from crossdesk.kit.time import LONDON
from scenarios import acts
from scenarios.cast import EWAN, HAL, NIA, PRIYA, set_the_stage
from scenarios.meters import mpans, with_bad_digit
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.xdist_group("row 1 thresholds")]
BEGINS = datetime(2026, 3, 23, 9, 0, tzinfo=LONDON)
SETS = set_the_stage

MISSING = "Registration data missing"
ROW = {"A scenario of Appendix B it looks like": "1."}


def test_at_101_and_at_501_by_a_second_linked_case(product: Product) -> None:
    priya, hal, nia, ewan = (Visitor(product.address, email) for email in (PRIYA, HAL, NIA, EWAN))
    first = raised(priya, nia, mpans(100))
    nia.comes_to_read(acts.page(first), "100 MPANs; 1 to go", part="impact")
    second = raised(hal, nia, mpans(40))
    acts.links(nia, second, first)
    what_both_gave_counts_once(nia, first)
    the_hundred_and_first_opens_it(hal, nia, second, first)
    each_reads_its_own_share_and_the_total(priya, hal, first, second)
    the_five_hundredth_is_not_enough(priya, nia, first)
    the_five_hundred_and_first_proposes(hal, nia, ewan, second, first)


def raised(raiser: Visitor, nia: Visitor, given: list[str]) -> str:
    said = ROW | {"MPANs": "\n".join(given)}
    case = acts.raises(raiser, "lss-issue", MISSING, "Customers cannot be settled.", said)
    acts.takes(nia, case)
    acts.owns(nia, case)
    return case


def what_both_gave_counts_once(nia: Visitor, first: str) -> None:
    told = nia.comes_to_read(acts.page(first), "Harrier Energy 40", part="impact")
    assert "100 distinct valid MPANs, below both thresholds" in told
    assert "Desks to engage" not in told


def the_hundred_and_first_opens_it(hal: Visitor, nia: Visitor, second: str, first: str) -> None:
    """One that fails its check digit never counts, however often it is given."""
    wrong = [with_bad_digit(each) for each in mpans(30, first=700)]
    acts.gives_mpans(hal, second, [*wrong, *wrong])
    nia.comes_to_read(acts.page(second), "Not usable 60", part="references")
    assert "Cross-party handling is open" not in nia.reads(acts.page(first), "impact")
    acts.gives_mpans(hal, second, mpans(1, first=100))
    told = nia.comes_to_read(acts.page(first), "Cross-party handling is open since 09:", part="impact")
    assert "Row 1 tripped first: 101 MPANs" in told
    assert f"Tipped by Harrier Energy on {second}" in told
    assert "Desks to engage Pennine Grid help desk" in told
    assert "More than 500 MPANs 101 MPANs; 400 to go" in told


def each_reads_its_own_share_and_the_total(priya: Visitor, hal: Visitor, first: str, second: str) -> None:
    for raiser, case, own in ((priya, first, 100), (hal, second, 41)):
        told = raiser.reads(acts.page(case), "impact")
        assert "101 distinct valid MPANs" in told
        assert f"{own}" in told
        assert "Other parties" in told
    assert "Harrier" not in priya.reads(acts.page(first))
    assert "Sycamore" not in hal.reads(acts.page(second))
    assert (priya.status(acts.page(second)), hal.status(acts.page(first))) == (404, 404)


def the_five_hundredth_is_not_enough(priya: Visitor, nia: Visitor, first: str) -> None:
    acts.gives_mpans(priya, first, mpans(399, first=101))
    told = nia.comes_to_read(acts.page(first), "500 distinct valid MPANs", part="impact")
    assert "500 MPANs; 1 to go" in told
    assert "MI-" not in nia.reads(acts.page(first), "major")


def the_five_hundred_and_first_proposes(hal: Visitor, nia: Visitor, ewan: Visitor, second: str, first: str) -> None:
    acts.gives_mpans(hal, second, mpans(1, first=500))
    incident = acts.candidate(nia, first)
    told = ewan.reads(acts.room(incident))
    assert "501" in told
    assert "Candidate" in told
    assert "Only a major incident manager" in nia.reads(acts.room(incident) + "declaration")
    acts.declares(ewan, incident, "Settlement of 501 customers stands still, for two suppliers.")
    for case in (first, second):
        nia.comes_to_read(acts.page(case), incident)
    assert hal.status(acts.room(incident)) == 404
