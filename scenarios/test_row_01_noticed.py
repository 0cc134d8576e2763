"""Appendix B, row 1, before anyone calls: 640 MPANs of three suppliers fail, and the journal tells it first.

What comes of it, a problem, a known error and an article, answers the next supplier who meets the same.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from crossdesk.kit.time import LONDON
from scenarios import learned
from scenarios.cast import HAL, PRIYA
from scenarios.noticed import noticed_and_declared, set_the_journals_stage
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.xdist_group("row 1 noticed")]
BEGINS = datetime(2026, 3, 24, 11, 0, tzinfo=LONDON)
SETS = set_the_journals_stage


def test_640_failing_mpans_are_noticed_declared_and_learned_from(product: Product) -> None:
    declared = noticed_and_declared(product)
    for email in (PRIYA, HAL):
        supplier = Visitor(product.address, email)
        assert declared.case not in supplier.reads("/health/")
        assert supplier.status(f"/cases/{declared.case}/") == 404
    known = learned.a_problem_and_a_known_error(product, declared)
    learned.an_article(product, declared)
    learned.the_next_is_answered(product, known)
