"""A made-up journal of the demonstration's own parties: a few hours as ever, and what went wrong in them."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk.kit.time import half_hour_of
from crossdesk.parties.models import MarketRole
from crossdesk.signals.digesting import digest_waiting
from crossdesk.signals.models import Feed
from crossdesk.signals.questions import HALF_HOUR
from crossdesk.signals.receiving import take_in
from crossdesk.signals.sampling import Market, Participant, Sampling, Trouble, invented, written
from crossdesk.threads.viewer import verbs

HALF_HOURS, MESSAGES = 8, 60
REGISTRATION = ("ldso", "REGS")
ROLES = (("supplier", "SUP"), ("sds", "SDS"), ("mss", "MSS"))


def market_here() -> Market:
    """Of the directory where it has enough with DIP ids, else invented."""
    with verbs():
        suppliers, data, metering = (_all(role, code) for role, code in ROLES)
        registration = _all(*REGISTRATION)
    if len(suppliers) < 3 or not (data and metering and registration):
        return invented()
    with verbs():
        held = MarketRole.objects.filter(dip_id=registration[0].dip_id).exclude(distributor_id="").first()
    return Market(suppliers, registration[0], data, metering, area=held.distributor_id if held else "16")


def _all(role: str, code: str) -> tuple[Participant, ...]:
    held = MarketRole.objects.filter(role=role).exclude(dip_id="").order_by("pk").values_list("dip_id", flat=True)
    return tuple(Participant(dip_id, code) for dip_id in dict.fromkeys(held))


def play_journal(at: datetime) -> None:
    """A distributor's registration refuses the MPANs of three suppliers, and one supplier's endpoint is down."""
    made = Sampling(market_here(), seed=20)
    begins = half_hour_of(at) - HALF_HOURS * HALF_HOUR
    events = list(made.calm(begins, HALF_HOURS + 1, MESSAGES))
    events += made.trouble(Trouble(at - timedelta(minutes=55), timedelta(minutes=45), mpans=640))
    events += made.trouble(Trouble(at - timedelta(minutes=95), timedelta(minutes=90), "endpoint", mpans=48))
    now = f"{at:%Y-%m-%dT%H:%M:%S}"
    content = written((event for event in events if event["TimeGenerated"] <= now), "ndjson.gz")
    take_in([content], name="journal.ndjson.gz", way=Feed.Way.FILE, by="The demonstration", at=at)
    digest_waiting(at)
