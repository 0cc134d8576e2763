"""A fault that is noticed before anyone calls: a journal is read, a person confirms, a manager declares.

Other stories go on from what this one answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crossdesk.parties.founding import found_party
from crossdesk.parties.models import MarketRole, Party
from crossdesk.signals.sampling import Market, Participant, Sampling, Trouble, written
from crossdesk.threads.viewer import verbs
from scenarios import acts
from scenarios.browser import REFERENCE
from scenarios.cast import EWAN, HAL, NIA, PRIYA, set_the_stage
from scenarios.product import Product
from scenarios.visitor import Visitor

SYCAMORE, HARRIER, MERIDIAN, PENNINE = "2300000001", "2300000002", "2300000003", "2200000016"
MPANS = 640


@dataclass(frozen=True)
class Declared:
    case: str
    incident: str


def set_the_journals_stage(at: datetime) -> None:
    """The usual stage, with a third supplier, and the ids under which they stand in the journal."""
    set_the_stage(at)
    with verbs():
        found_party("Meridian Power", roles=["supplier"])
        ids = {
            "Sycamore Energy": SYCAMORE, "Harrier Energy": HARRIER, "Meridian Power": MERIDIAN, "Pennine Grid": PENNINE,
        }  # fmt: skip
        for name, dip_id in ids.items():
            MarketRole.objects.filter(party=Party.objects.get(name=name)).update(dip_id=dip_id)


def journal(at: datetime, mpans: int = MPANS) -> str:
    """Two hours as ever, and within them what one registration service refuses to three suppliers."""
    suppliers = tuple(Participant(each, "SUP") for each in (SYCAMORE, HARRIER, MERIDIAN))
    others = (Participant("1400000001", "SDS"),), (Participant("1200000001", "MSS"),)
    made = Sampling(Market(suppliers, Participant(PENNINE, "REGS"), *others), seed=3)
    events = list(made.calm(at - timedelta(hours=2), 3, messages=60))
    events += made.trouble(Trouble(at - timedelta(minutes=50), timedelta(minutes=40), mpans=mpans))
    return written(events, "csv").decode()


def noticed_and_declared(product: Product) -> Declared:
    nia, ewan = Visitor(product.address, NIA), Visitor(product.address, EWAN)
    given = ("A file of the journal", "journal.csv", journal(product.clock.now()))
    nia.does("/health/feeds/", "Read it", file=given)
    nia.comes_to_read("/health/", f"{MPANS} MPANs within 60 minutes, more than 100", part="board")
    each_supplier_reads_its_own_part(product)
    case = REFERENCE.search(nia.does("/health/", "Confirm"))
    assert case
    nia.comes_to_read(acts.page(case[0]), f"{MPANS} distinct valid MPANs", part="impact")
    nia.comes_to_read(acts.page(case[0]), "Desks to engage Pennine Grid help desk", part="impact")
    incident = acts.candidate(nia, case[0])
    assert f"{MPANS}" in ewan.reads(acts.room(incident))
    acts.declares(ewan, incident, f"Appointments of {MPANS} customers stand still, for three suppliers.")
    nia.comes_to_read("/health/", case[0], part="board")
    return Declared(case[0], incident)


def each_supplier_reads_its_own_part(product: Product) -> None:
    for email, name, own in ((PRIYA, "Sycamore", "214 messages"), (HAL, "Harrier", "213 messages")):
        told = Visitor(product.address, email).comes_to_read("/health/", own, part="board")
        assert "Your messages are refused by their recipient's own system" in told
        assert "2 other parties affected" in told
        assert not any(other in told for other in {"Harrier", "Sycamore", "Meridian"} - {name})
