"""A day of the journal as it might have been, made up from a seed: for demonstrations, for tests and for measuring.

Everything in it is invented: the same seed gives the same events, and nothing in them belongs to anybody.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crossdesk.kit import mpan
from crossdesk.kit.time import LONDON

HEADER = (
    "TimeGenerated", "SenderDIPID", "Interface", "EventCode", "Reason", "SentDateTime", "Duration",
    "MessageDelayInMilliSeconds", "SenderUniqueReference", "TransactionID", "CorrelationID", "MPAN", "DIPStage",
    "Status", "StatusCode", "Message", "Recipients", "RecipientMap", "uri",
)  # fmt: skip
Event = dict[str, str]
BY_HOUR = (2, 2, 1, 1, 2, 3, 5, 8, 10, 10, 9, 9, 8, 9, 9, 9, 8, 7, 5, 4, 4, 3, 3, 2)
"""How busy the hours of a working day are to each other; a Saturday or a Sunday has a third of it."""


@dataclass(frozen=True)
class Participant:
    dip_id: str
    role: str


@dataclass(frozen=True)
class Flow:
    interface: str
    event: str
    senders: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    weight: int = 1


@dataclass(frozen=True)
class Market:
    suppliers: tuple[Participant, ...]
    registration: Participant
    data: tuple[Participant, ...]
    metering: tuple[Participant, ...]
    central: Participant = field(default=Participant("18000000A1", "MDS"))
    area: str = "16"

    def flows(self) -> tuple[Flow, ...]:
        registration = (self.registration,)
        return (
            Flow("IF-021", "ActivePower", self.data, (self.central,), 6),
            Flow("IF-031", "MSApp", self.suppliers, registration, 2),
            Flow("IF-033", "MSAppSPRequest", registration, self.metering, 2),
            Flow("IF-036", "MSAppActive", registration, self.suppliers, 3),
            Flow("IF-041", "ReadingCOS", self.data, self.suppliers, 2),
            Flow("IF-005", "MeterInstall", self.metering, registration, 1),
        )


def invented(suppliers: int = 5) -> Market:
    """A market whose ids are nobody's."""
    return Market(
        tuple(Participant(f"230000{n:04}", "SUP") for n in range(1, suppliers + 1)),
        Participant("2200000016", "REGS"),
        tuple(Participant(f"140000{n:04}", "SDS") for n in range(1, 4)),
        tuple(Participant(f"120000{n:04}", "MSS") for n in range(1, 4)),
    )


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong between two moments."""

    begins: datetime
    lasts: timedelta
    kind: str = "unknown-mpans"
    mpans: int = 640
    suppliers: int = 3


def mpans(area: str, first: int, many: int) -> list[str]:
    bodies = (f"{area}{number:010}" for number in range(first, first + many))
    return [f"{body}{mpan.check_digit(body)}" for body in bodies]


class Sampling:
    def __init__(self, market: Market, seed: int = 1) -> None:
        self.market, self.chance, self.number = market, random.Random(seed), 0  # noqa: S311 - made up, and again the same
        self.customers = mpans(market.area, 1, 4_000)

    def calm(self, begins: datetime, half_hours: int, messages: int = 200) -> Iterator[Event]:
        """`messages` in the busiest half-hour. One in four hundred fails, as ever."""
        flows = self.market.flows()
        weights = [flow.weight for flow in flows]
        for place in range(half_hours):
            start = begins + timedelta(minutes=30 * place)
            for _ in range(round(messages * _busy(start))):
                flow = self.chance.choices(flows, weights)[0]
                at = start + timedelta(milliseconds=self.chance.randrange(1_800_000))
                sender, recipient = self.chance.choice(flow.senders), self.chance.choice(flow.recipients)
                ends = self.chance.choices(("Delivered", "RejectedByRecipient"), (399, 1))[0]
                yield from self.message(flow, sender, recipient, self.chance.choice(self.customers), at, ends)

    def trouble(self, told: Trouble) -> Iterator[Event]:
        """Each kind as a triager would see it in the journal."""
        if told.kind == "endpoint":
            flow = self.market.flows()[3]
            for number, at in enumerate(self._moments(told)):
                customer = self.customers[number % len(self.customers)]
                yield from self.message(flow, flow.senders[0], flow.recipients[-1], customer, at, "RetriesExhausted")
            return
        flow, senders = self.market.flows()[1], self.market.suppliers[: told.suppliers]
        failing = mpans(self.market.area, 500_000, told.mpans)
        for number, at in enumerate(self._moments(told)):
            sender = senders[number % len(senders)]
            words = "REG0000 - MPAN unknown"
            yield from self.message(
                flow, sender, self.market.registration, failing[number], at, "RejectedByRecipient", words
            )

    def _moments(self, told: Trouble) -> Iterator[datetime]:
        each = told.lasts / told.mpans
        return (told.begins + each * number for number in range(told.mpans))

    def message(
        self, flow: Flow, sender: Participant, recipient: Participant, customer: str, at: datetime, ends: str,
        words: str = "",
    ) -> Iterator[Event]:  # fmt: skip
        """Three events of one message: in, addressed, and out however that ends."""
        self.number += 1
        day = f"{at.astimezone(UTC):%Y%m%d}"
        unique = f"{round(at.timestamp() * 1000):x}{self.number:06}"
        said = f"S-{flow.interface}-{sender.dip_id}-{sender.role}-{day}-{unique}"
        common = {
            "SenderDIPID": sender.dip_id,
            "Interface": flow.interface,
            "EventCode": f"[{flow.event}]",
            "SentDateTime": _iso(at),
            "SenderUniqueReference": said,
            "TransactionID": f"T{said[1:]}",
            "CorrelationID": f"CI-{day}-{unique}",
            "MPAN": customer,
            "Recipients": recipient.dip_id,
            "RecipientMap": json.dumps({"Primary": [{"role": recipient.role, "DIPID": recipient.dip_id}]}),
        }
        steps = (("Inbound", "GoodToGo", 0), ("Addressing", "SentToTopic", 40), ("Outbound", ends, 200))
        for stage, status, after in steps:
            out = stage == "Outbound"
            delay = after + self.chance.randrange(1, 60)
            yield common | {
                "TimeGenerated": _iso(at + timedelta(milliseconds=delay)),
                "DIPStage": stage,
                "Status": status,
                "Duration": str(self.chance.randrange(5, 90)),
                "MessageDelayInMilliSeconds": str(delay),
                "StatusCode": _code(ends) if out else "201",
                "Message": words or _words(ends) if out else "",
                "Reason": words.split(" ", 1)[0] if out and words else "",
            }


def _busy(at: datetime) -> float:
    here = at.astimezone(LONDON)
    return BY_HOUR[here.hour] / max(BY_HOUR) * (1 / 3 if here.weekday() >= 5 else 1)


def _code(ends: str) -> str:
    return {"Delivered": "200", "RejectedByRecipient": "400"}.get(ends, "503")


def _words(ends: str) -> str:
    failures = {"RejectedByRecipient": "REG1001 - metering point status wrong", "RetriesExhausted": "no answer in time"}
    return failures.get(ends, "")


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def written(events: Iterable[Event], kind: str) -> bytes:
    """As a file: `ndjson`, `csv` or `parquet`, and `.gz` after the first two."""
    shape, _, packed = kind.partition(".")
    if shape == "parquet":
        return _parquet(list(events))
    text = _csv(events) if shape == "csv" else "".join(json.dumps(event) + "\n" for event in events)
    content = text.encode()
    return gzip.compress(content, mtime=0) if packed == "gz" else content


def _csv(events: Iterable[Event]) -> str:
    out = io.StringIO()
    rows = csv.DictWriter(out, HEADER, restval="")
    rows.writeheader()
    rows.writerows(events)
    return out.getvalue()


def _parquet(events: Sequence[Event]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.BufferOutputStream()
    columns = {name: pa.array([event.get(name, "") for event in events], pa.string()) for name in HEADER}
    pq.write_table(pa.table(columns), out, compression="zstd")
    return bytes(out.getvalue())
