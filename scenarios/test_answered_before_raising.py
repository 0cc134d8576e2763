"""A supplier types what went wrong, finds the answer, says that it solved it, and never raises; the desk counts it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crossdesk.desks.models import Desk
from crossdesk.desks.seats import acting_for
from crossdesk.kit.time import LONDON
from crossdesk.knowledge import publishing, writing
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.writing import Written
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import verbs
from scenarios.cast import NIA, PRIYA, set_the_stage
from scenarios.product import Product
from scenarios.visitor import Visitor

pytestmark = [pytest.mark.scenario, pytest.mark.xdist_group("answered before raising")]
BEGINS = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)
ANSWER = Written(
    "401 from the DIP after a certificate was renewed",
    "The new certificate is not known yet, or the old key is still being used.",
    "Load the new certificate in the portal, and sign with its own key.",
    systems=("dip",),
)


def stage_with_an_article(at: datetime) -> None:
    set_the_stage(at)
    with verbs():
        nia = acting_for(Person.objects.get(email=NIA), None, at).chosen
        desk = Desk.objects.get(name="Elexon Service Desk")
    assert nia is not None
    article = writing.begin(ANSWER, desk, by=nia, at=at)
    publishing.publish(article, Readers("everyone"), (at + timedelta(days=90)).date(), by=nia, at=at)


SETS = stage_with_an_article


def test_a_case_that_was_never_raised(product: Product) -> None:
    priya, nia = Visitor(product.address, PRIYA), Visitor(product.address, NIA)
    typed = "/raise/?ask=certifcate renewed, now 401"
    assert ANSWER.title in priya.reads(typed, "answers")
    led_to = priya.does(typed, "Yes, nothing to raise")
    assert "You said: yes" in priya.reads(led_to, "solved")
    assert "No cases here" in priya.reads("/cases/")
    assert "1 case spared" in nia.reads("/knowledge/", "tally")
