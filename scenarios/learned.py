"""What is left of a major incident: its problem, its known error and an article, which answer the next who meets it."""

from __future__ import annotations

from crossdesk.cases.models import Case
from crossdesk.threads.viewer import verbs
from scenarios import acts
from scenarios.cast import EWAN, HAL, NIA
from scenarios.noticed import Declared
from scenarios.product import Product
from scenarios.visitor import Visitor

CAUSE = "A load of registrations stopped half-way, so their MPANs are unknown to the registration service."
WORKAROUND = "Ask the registration service to load them again, then send the refused messages anew."
FOUND = "The registrations were loaded again and the refused messages sent anew."
TITLE = "Registrations refused with REG0000 after a load that stopped"


def a_problem_and_a_known_error(product: Product, declared: Declared) -> str:
    """Answers the known error's address."""
    ewan = Visitor(product.address, EWAN)
    opened = ewan.does(f"/problems/new?major={declared.incident}", "Open a problem", {"What recurs": TITLE})
    ewan.does(opened + "case", "Link a case", {"The case": declared.case})
    ewan.does(opened + "analysis", "Begin the analysis")
    account = {"The root cause": CAUSE, "The workaround": WORKAROUND, "Error code": "REG0000"}
    ewan.does(opened + "account", "Save", account)
    ewan.does(opened + "known-error", "Record the known error")
    known = ewan.links(opened, "KE-")
    ewan.does(known + "publication", "Publish", {"Who reads it": "Everyone"})
    return known


def an_article(product: Product, declared: Declared) -> str:
    nia = Visitor(product.address, NIA)
    acts.takes(nia, declared.case)
    acts.owns(nia, declared.case)
    acts.resolves(nia, declared.case, FOUND)
    drafted = nia.does(acts.page(declared.case), "Draft an article")
    nia.does(drafted, "Keep the draft", {"Title": TITLE, "Summary": CAUSE})
    return nia.does(drafted.replace("edit/", "publish/"), "Publish it", {"Everyone": True})


def the_next_is_answered(product: Product, known: str) -> None:
    """Another supplier types what it sees, reads both answers, and raises nothing."""
    hal, ewan = Visitor(product.address, HAL), Visitor(product.address, EWAN)
    typed = "/raise/?ask=our registrations are refused with REG0000"
    before = _cases()
    read = hal.reads(typed, "answers")
    assert f"Known: {TITLE}" in read
    assert WORKAROUND in read
    assert "Did this solve it?" in read
    assert hal.does(typed, f"This answers it : {TITLE}") == known
    assert _cases() == before
    assert "Cases saved: read, and none raised 1" in ewan.reads(known)


def _cases() -> int:
    with verbs():
        return Case.objects.count()
