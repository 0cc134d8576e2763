"""The demonstration behind a running server, and its people at their browsers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import Outcome, Stage
from crossdesk.cases.models import Case, JointTriage
from crossdesk.cases.review_asks import ReviewAsk
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.exchange.conformance.runs import ConformanceRun
from crossdesk.exchange.conformance.steps import STEPS
from crossdesk.exchange.models import Brake, OutboxItem
from crossdesk.kit.time import now
from crossdesk.knowledge.models import Article
from crossdesk.known_errors.models import KnownError
from crossdesk.majors.models import MajorIncident
from crossdesk.parties.models import Delegation, ParentGrant, Person
from crossdesk.postgres.tests import databases
from crossdesk.postgres.tests.processes import wait_for
from crossdesk.problems.models import Problem
from crossdesk.requests.models import Approval, Request
from crossdesk.signals.models import Fault
from crossdesk.status.models import PublicSpell
from crossdesk.threads.viewer import verbs
from crossdesk.web.tests.browsing import WIDE, context_of, session_of

ELEXON, PENNINE = "Elexon Service Desk", "Pennine Grid help desk"


@dataclass
class World:
    """The demonstration behind a running server, and a browser in which each of its people has signed in."""

    address: str
    known: dict[str, str]
    chromium: Browser
    signed_in: dict[str, BrowserContext] = field(default_factory=dict)
    left: dict[str, list[Page]] = field(default_factory=dict)
    """Tabs that nobody looks at: a new one costs more than most pages do."""

    def context(self, who: str) -> BrowserContext:
        if who not in self.signed_in:
            self.signed_in[who] = context_of(self.chromium, self.address, self._session(who) if who else "")
        return self.signed_in[who]

    def _session(self, who: str) -> str:
        with verbs():
            return session_of(Person.objects.get(name__istartswith=f"{who} ").email)

    def url(self, path: str) -> str:
        return self.address + path.format(**self.known)


@contextmanager
def serving(name: str, folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DATABASE_URL": databases.address("default", name),
        "CROSSDESK_OWNER_URL": databases.address("owner", name),
        "CROSSDESK_SECRET_KEY": settings.SECRET_KEY,
        "CROSSDESK_URL": address,
        "CROSSDESK_DEMONSTRATION": "1",
    }
    command = [sys.executable, "-m", "crossdesk", "serve", "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"{address}/healthz", server)
            yield address
        finally:
            server.terminate()
            server.wait(15)


def known() -> dict[str, str]:
    """A case of Sycamore's at Elexon on which Pennine's help desk works, and where the directory leads."""
    with verbs():
        open_legs = Leg.objects.filter(to_desk__name=PENNINE, case__owner__name=ELEXON, settled_at=None)
        leg = open_legs.filter(case__raiser__name="Sycamore Energy").select_related("case__owner").latest("created_at")
        engaged = Leg.objects.filter(case=leg.case).values("to_desk")
        third = Desk.objects.filter(rule="ldso-help-desk").exclude(pk__in=engaged).earliest("pk")
        redirected = Case.objects.filter(outcome=Outcome.REDIRECTED, links_down=None).select_related("raiser")
        return {
            "joint": JointTriage.objects.select_related("case").get(decided_at=None).case.reference,
            "redirected": redirected.get(owner__name=ELEXON, thread__entries__facts__to__in=_hosted()).reference,
            "away": redirected.get(thread__entries__body__detail__to="REC Service Desk").reference,
            "shared": leg.case.reference,
            "carried": OutboxItem.objects.filter(state="by_hand").select_related("case")[0].about,
            "to_close": Case.objects.get(stage=Stage.RESOLVED, owner=leg.case.owner).reference,
            "excused": ReviewAsk.objects.select_related("case").get(rule="").case.reference,
            "word": max(re.findall("[a-z]+", leg.case.summary), key=len),
            "leg": str(leg.number),
            "elexon": str(leg.case.owner_id),
            "third": str(third.pk),
            "party": str(leg.case.raiser_id),
            "lent": str(leg.case.followed_by[0]),
            "delegate": str(Delegation.objects.get(seat__in=leg.case.followed_by).delegate_id),
            "restricted": Case.objects.exclude(lists={}).get().reference,
            "agreed": Agreement.objects.get(desk__name=PENNINE).reference,
            "tried": tried_once().reference,
            "held": str(held_by_a_brake().pk),
            "proposed": Terms.objects.get(accepted_at=None, declined_at=None).agreement.reference,
            "ahead": Terms.objects.filter(since__gt=now()).earliest("since").agreement.reference,
            "major": MajorIncident.objects.get(state="declared").reference,
            "past": MajorIncident.objects.get(state="reviewed").reference,
            "article": Article.objects.get(version=2).reference,
            "problem": Problem.objects.get().reference,
            "known": KnownError.objects.get().reference,
            "told": PublicSpell.objects.latest("since").incident,
            "asked": Approval.objects.get(key="dip-id.manager", decided_at=None).request.case.reference,
            "approval": str(Approval.objects.get(key="dip-id.manager", decided_at=None).pk),
            "joining": Request.objects.get(item="onboarding").case.reference,
            "fault": str(Fault.objects.earliest("since").pk),
            "parent": str(ParentGrant.objects.get().parent_id),
            "child": str(ParentGrant.objects.get().child_id),
        }


def held_by_a_brake() -> OutboxItem:
    """One more message on a conversation on which two machines seemed to answer each other."""
    item = OutboxItem.objects.filter(state="by_hand").earliest("pk")
    lane, why = "link held", "More than 12 messages went each way within 10 minutes."
    item.pk, item.lane, item.number, item.message_id = None, lane, 1, f"{item.message_id}.held"
    item.state, item.next_try_at, item.last_error = "waiting", now() + timedelta(days=1), f"Held: {why}"
    item.save(force_insert=True)
    assert item.case is not None
    Brake.objects.create(case=item.case, lane=lane, why=why, pulled_at=now(), seats=item.seats)
    return item


def tried_once() -> Agreement:
    """An agreement on which something of a conformance test is to be mended."""
    agreement = Agreement.objects.get(promiser__name="DCC", desk__name="Switching Service Desk")
    steps = [{"name": each, "verdict": "passed", "words": "It was seen."} for each in STEPS[:-1]]
    steps.append({"name": STEPS[-1], "verdict": "failed", "words": "They proposed no resolution within 60 seconds."})
    told = {"by": "Nia Bevan", "channel": "mail", "steps": steps, "seats": agreement.seats}
    for passed in (True, False):
        ConformanceRun.objects.create(agreement=agreement, at=now(), passed=passed, **told)
    return agreement


def _hosted() -> list[int]:
    return list(Desk.objects.filter(home=Desk.Home.HOSTED).values_list("pk", flat=True))


@contextmanager
def tab(world: World, who: str) -> Iterator[Page]:
    """A tab of theirs, used again once it is left; whatever its console complained of fails the test."""
    left = world.left.setdefault(who, [])
    page, complaints = left.pop() if left else world.context(who).new_page(), list[str]()

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def failed(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", heard)
    page.on("pageerror", failed)
    try:
        yield page
    except BaseException:
        page.close()
        raise
    page.remove_listener("console", heard)
    page.remove_listener("pageerror", failed)
    _cleaned(page)
    left.append(page)
    assert complaints == []


def _cleaned(page: Page) -> None:
    page.unroute_all()
    page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
