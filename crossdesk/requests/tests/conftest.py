from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from crossdesk import rulebook
from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import MarketRole, Party
from crossdesk.requests import asking
from crossdesk.requests.asking import Form
from crossdesk.requests.models import Approval, Request, Task
from crossdesk.rulebook.requesting import edition_of
from crossdesk.threads.viewer import Viewer, verbs

MINUTE = timedelta(minutes=1)
CERTIFICATE = {
    "dip-id": "2300000001",
    "for": "Both",
    "environment": "User testing (UIT)",
    "domain": "dip.sycamore.example",
}
DIP_ID = {"mpid": "SYCA", "role": "supplier"}


@dataclass(frozen=True)
class Asking:
    """Sycamore asks; Asha administers it, Mo manages Elexon's desk, Castell connects suppliers to the DIP."""

    here: Cast
    castell: Party
    asha: Viewer
    mo: Viewer
    cass: Viewer

    def ask(
        self, item: str, answers: Mapping[str, str], *, by: Viewer | None = None, at: datetime = NOON, edition: str = ""
    ) -> Request:
        form = Form(item, answers, edition or edition_of(rulebook.current(), item))
        return asking.ask(form, by=by or self.here.priya, at=at)

    def dip_id(self) -> Request:
        return self.ask("dip-id", DIP_ID)

    def approval(self, request: Request, part: str, number: int = 1) -> Approval:
        """Each hand holds its own copy, as each request of a browser does."""
        with verbs():
            rows = Approval.objects.select_related("request__case__raiser", "party", "desk")
            return rows.order_by("-round").filter(request=request.pk, key=f"{request.item}.{part}", number=number)[0]

    def task(self, request: Request, part: str) -> Task:
        with verbs():
            rows = Task.objects.select_related("request__case__raiser", "desk__owner", "assignment__group", "leg__case")
            return rows.get(request=request.pk, key=f"{request.item}.{part}")

    def again(self, request: Request) -> Request:
        with verbs():
            return Request.objects.select_related("case__raiser", "case__owner").get(pk=request.pk)


def asked(here: Cast) -> Asking:
    with verbs():
        MarketRole.objects.filter(party=here.sycamore).update(mpid="SYCA", dip_id="2300000001")
        MarketRole.objects.create(party=here.sycamore, role="mss", mpid="SYCM")
        MarketRole.objects.filter(party=here.harrier).update(mpid="HARR", dip_id="2300000002")
        castell = found_party("Castell Connect", roles=["dcp"])
    return Asking(
        here,
        castell,
        somebody("Asha Rao", here.sycamore, Role.ADMINISTRATOR),
        somebody("Mo Karim", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk),
        somebody("Cass Vale", castell, Role.ADMINISTRATOR),
    )


@pytest.fixture
def it(db: None) -> Asking:
    return asked(cast())
