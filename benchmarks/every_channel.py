"""Each channel as its benchmark drives it: how messages are made ready, what is timed, and what waits beside them."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import httpx
import psycopg

from benchmarks import far_sides

LATER = "(now() + interval '400 days')"
WAITING_OUT = f"""
insert into exchange_outboxitem
select (jsonb_populate_record(item, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('exchange_outboxitem', 'id')), 'state', 'waiting', 'sent_at', null,
    'raw', null, 'leased_until', null, 'lane', item.lane || ' ' || case when n %% 2 = 0 then 'full' else n::text end,
    'number', n, 'message_id', item.message_id || '-' || n, 'next_try_at', {LATER}))).*
from exchange_outboxitem item, generate_series(1, %(waiting)s) n where item.id =
    (select max(id) from exchange_outboxitem where (link_id is null) = %(mail)s)
"""
"""Half of them behind one head that is not due, half each the head of a lane of its own that is not due."""
WAITING_IN = """
insert into exchange_inboxitem
select (jsonb_populate_record(item, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('exchange_inboxitem', 'id')), 'fate', 'waiting', 'seq', 100000 + n,
    'after', 99999 + n, 'token', item.token || case when n %% 2 = 0 then 'full' else n::text end, 'link_id', null,
    'message_id', item.message_id || '-' || n))).*
from exchange_inboxitem item, generate_series(1, %(waiting)s) n where item.id =
    (select max(id) from exchange_inboxitem)
"""
"""Half wait on one conversation for a message that does not come, half each on a conversation of its own."""
MAIL_WAITING = """
insert into exchange_rawmail
select (jsonb_populate_record(mail, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('exchange_rawmail', 'id')), 'fate', 'waiting', 'sha256', md5(n::text) || 'x',
    'arrived_at', now() + interval '400 days', 'entry_id', null, 'case_id', null, 'leg_id', null))).*
from exchange_rawmail mail, generate_series(1, %(waiting)s) n where mail.id = (select max(id) from exchange_rawmail)
"""
EVENTS_WAITING = f"""
with more as (
    insert into webhooks_subscription
    select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'query', s.query || ' ' || n))).*
    from webhooks_subscription s, generate_series(1, 100) n returning id)
insert into webhooks_event
select (jsonb_populate_record(e, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('webhooks_event', 'id')), 'event_id', gen_random_uuid(), 'state', 'waiting',
    'subscription_id', m.id, 'attempts', 0, 'next_try_at', {LATER}))).*
from webhooks_event e, more m, generate_series(1, %(waiting)s / 100) n
where e.id = (select max(id) from webhooks_event)
"""
"""Behind the heads of a hundred subscribers, none of them due."""


@dataclass
class Way:
    """`ready` makes so many messages wait, untimed; `work` does them."""

    name: str
    limit: Callable[[], float]
    """Asked anew beside each measurement, for the machine is never quiet."""
    ready: Callable[[int], object]
    work: Callable[[int], object]
    filling: tuple[str, ...]
    owner: psycopg.Connection
    more: dict[str, Any] = field(default_factory=dict)

    def rate(self, messages: int, rounds: int) -> tuple[float, float]:
        """Ours and the limit, taken in turn: the best of so many each, as whatever else the machine does only makes it
        slower."""
        both = [(self._once(messages), self.limit()) for _ in range(rounds)]
        return max(ours for ours, _ in both), max(limit for _, limit in both)

    def _once(self, messages: int) -> float:
        self.ready(messages)
        return a_second(messages, lambda: self.work(messages))

    def fill(self, waiting: int) -> None:
        for each in self.filling:
            self.owner.execute(each, {"waiting": waiting, **self.more})


def a_second(count: int, work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return count / (perf_counter() - began)


def posts(url: str, messages: int = 100) -> float:
    with httpx.Client() as http:
        return a_second(messages, lambda: [http.post(url, content=b"{}") for _ in range(messages)])


def inserts(owner: psycopg.Connection, messages: int = 100) -> float:
    """As many rows as one message leaves in the inbox, the timeline and its body, each group in a transaction."""
    owner.execute("create table if not exists plain (a bigint, b text, c bytea, d timestamptz)")

    def insert() -> None:
        for number in range(messages):
            with owner.transaction():
                for _ in range(3):
                    owner.execute("insert into plain values (%s, 'words', %s, now())", [number, b"x" * 500])

    return a_second(messages, insert)


# What they have in common: Elexon's desk has engaged Pennine's on so many cases, and writes and hears on each


@dataclass
class Story:
    here: Any
    legs: list[Any]
    seq: int = 0

    def write(self, messages: int) -> None:
        from crossdesk.cases import leg_work
        from crossdesk.cases.legs import Leg
        from crossdesk.kit.time import now
        from crossdesk.threads.viewer import verbs

        for number in range(messages):
            with verbs():
                whole = Leg.objects.select_related("case__owner", "from_desk", "to_desk")
                leg = whole.get(pk=self.legs[number % len(self.legs)].pk)
            leg_work.update(leg, by=self.here.nia, at=now(), words=f"Another batch, {number}.")

    def send(self, messages: int) -> None:
        from crossdesk.exchange.sending import send_due

        assert (sent := send_due(most=messages)) == messages, sent

    def tickets(self) -> list[str]:
        from crossdesk.exchange.links import Link
        from crossdesk.threads.viewer import verbs

        with verbs():
            return list(Link.objects.exclude(their_id="").order_by("pk").values_list("their_id", flat=True))

    def read(self, messages: int) -> None:
        from crossdesk.exchange.lines import Line
        from crossdesk.exchange.reading import read_due
        from crossdesk.threads.viewer import verbs

        with verbs():
            Line.objects.update(read_at=None)
        assert (heard := read_due()) >= messages, heard


def story(messages: int, **ways: Any) -> Story:
    """A leg for each message of a round, so that no brake is pulled."""
    from crossdesk.cases.tests.cast import cast
    from crossdesk.desks.ways import Ways
    from crossdesk.exchange.sending import send_due
    from crossdesk.exchange.tests.far_side import agreed
    from crossdesk.exchange.tests.post_office import engaged

    here = cast()
    secret = ways.pop("secret", "secret")
    agreed(here.pennine, here.elexon, here.pennine_service, Ways(**ways), secret)
    told = Story(here, [engaged(here, here.case(f"Case {number}")) for number in range(messages)])
    while send_due():
        pass
    return told


# The channels


@contextmanager
def crossdesk(owner: psycopg.Connection, messages: int, away: float = 0) -> Iterator[list[Way]]:
    """`away`: seconds until it answers."""
    from crossdesk.desks.ways import Channel
    from crossdesk.exchange.hearing import hear
    from crossdesk.exchange.links import Link
    from crossdesk.exchange.messages.message import Kind, Message
    from crossdesk.exchange.tests.far_side import far_side
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs

    with far_side(away) as far:
        told = story(messages, channel=Channel.CROSSDESK, endpoint=far.url)
        waiting: list[bytes] = []

        def say(count: int) -> None:
            with verbs():
                tokens = list(Link.objects.order_by("pk").values_list("token", flat=True))
            waiting.clear()
            for number in range(count):
                token, told.seq = tokens[number % len(tokens)], told.seq + 1
                said = {"id": f"theirs-{told.seq:08}", "link": token, "seq": told.seq, "words": f"We look, {number}."}
                waiting.append(Message.model_validate(said | {"kind": Kind.UPDATE, "occurred_at": now()}).encoded())

        def take(_: int) -> None:
            for each in waiting:
                assert hear(each, party=told.here.pennine, key="Their desk", at=now()).fate == "applied"

        yield [
            Way("out", partial(posts, far.url), told.write, told.send, (WAITING_OUT,), owner, {"mail": False}),
            Way("in", partial(inserts, owner), say, take, (WAITING_IN,), owner),
        ]


def _by_reading(owner: psycopg.Connection, messages: int, told: Story, far: far_sides.Far) -> list[Way]:
    """Their people write in their own tool, and we read it."""

    def write(count: int) -> None:
        tickets = told.tickets()
        for number in range(count):
            told.seq += 1
            far.comment(tickets[number % len(tickets)], f"We look into it, {told.seq}.")

    return [
        Way("out", partial(posts, far.empty), told.write, told.send, (WAITING_OUT,), owner, {"mail": False}),
        Way("in", partial(inserts, owner), write, told.read, (WAITING_IN,), owner),
    ]


@contextmanager
def servicenow(owner: psycopg.Connection, messages: int) -> Iterator[list[Way]]:
    from crossdesk.desks.ways import Channel

    with far_sides.servicenow() as far:
        told = story(messages, channel=Channel.SERVICENOW, endpoint=far.endpoint, secret=far.secret)
        yield _by_reading(owner, messages, told, far)


@contextmanager
def tmf621_client(owner: psycopg.Connection, messages: int) -> Iterator[list[Way]]:
    from crossdesk.desks.ways import Channel

    with far_sides.tmf621() as far:
        told = story(messages, channel=Channel.TMF621, endpoint=far.endpoint, profile="v5", secret=far.secret)
        yield _by_reading(owner, messages, told, far)


@contextmanager
def mail(owner: psycopg.Connection, messages: int) -> Iterator[list[Way]]:
    from django.test import override_settings

    from crossdesk.exchange import receiving
    from crossdesk.exchange.letters.raw import RawLetter, Transport
    from crossdesk.exchange.models import RawMail
    from crossdesk.exchange.tests.post_office import DESK, written
    from crossdesk.exchange.tests.storm import FAR_DESK, reply_to
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs

    with far_sides.smtp() as port, override_settings(SMTP_URL=f"smtp://127.0.0.1:{port}"):
        told = story(messages)

        def bare() -> None:
            for _ in range(100):
                with smtplib.SMTP("127.0.0.1", port) as door:
                    door.sendmail("desk@ours.example", [FAR_DESK], b"Subject: One\r\n\r\nAnother batch.\r\n")

        def arrive(count: int) -> None:
            for number in range(count):
                leg, told.seq = told.legs[number % len(told.legs)], told.seq + 1
                name, words = f"<{told.seq}@pennine.example>", f"We look into it, {told.seq}."
                letter = written(FAR_DESK, reply_to(leg), f"Re: {leg.case}", words, Message_ID=name).as_bytes()
                receiving.store(RawLetter(letter, FAR_DESK, (DESK,), now(), Transport.SMTP))

        def read(count: int) -> None:
            assert receiving.process_waiting(most=count) == count
            with verbs():
                assert RawMail.objects.filter(fate=RawMail.Fate.FILED).count() >= count

        yield [
            Way("out", partial(a_second, 100, bare), told.write, told.send, (WAITING_OUT,), owner, {"mail": True}),
            Way("in", partial(inserts, owner), arrive, read, (MAIL_WAITING,), owner),
        ]


def _events(owner: psycopg.Connection, messages: int, url: str, face: str, about: Any, party: Any) -> Way:
    from crossdesk.kit.time import now
    from crossdesk.threads.viewer import verbs
    from crossdesk.webhooks import keeping
    from crossdesk.webhooks.leaving import tell_due
    from crossdesk.webhooks.models import Event, Subscription

    wanted = Subscription(face=face, name="Benchmark" if face == "cloud" else "")
    whom = keeping.keep(wanted, party, url, by="Benchmark", at=now())
    kind = "gb.crossdesk.case.raised" if face == "cloud" else "TroubleTicketCreateEvent"
    entry = about.thread.entries.earliest("seq").pk if face == "cloud" else None

    def note(count: int) -> None:
        with verbs():
            at: datetime = now() - timedelta(seconds=1)
            own = {"kind": kind, "about": about.pk, "entry": entry, "next_try_at": at, "happened_at": at}
            Event.objects.bulk_create(Event(subscription=whom, seats=whom.seats, **own) for _ in range(count))

    def tell(count: int) -> None:
        assert tell_due(most=count) == count
        with verbs():
            assert not Event.objects.filter(subscription=whom).exclude(state=Event.State.TOLD).exists()

    return Way("out", partial(posts, url), note, tell, (EVENTS_WAITING,), owner)


@contextmanager
def webhook(owner: psycopg.Connection, messages: int) -> Iterator[list[Way]]:
    """It has no way in: what a party's programs say comes by the API, measured in benchmarks.api."""
    from crossdesk.cases.tests.cast import cast
    from crossdesk.exchange.tests.far_side import far_side
    from crossdesk.threads.viewer import verbs

    here = cast()
    with verbs():
        about = here.case("One case")
    with far_side() as far:
        with verbs():
            way = _events(owner, messages, far.url, "cloud", about, here.sycamore)
        yield [way]


@contextmanager
def tmf621_server(owner: psycopg.Connection, messages: int) -> Iterator[list[Way]]:
    """Out is what its hub tells; in are tickets that a party's tool creates, through the whole product without a
    socket, while events wait."""
    from crossdesk.api.tmf621.tests.tool import TYPED, tool_of
    from crossdesk.cases.tests.cast import cast
    from crossdesk.exchange.tests.far_side import far_side
    from crossdesk.threads.viewer import verbs

    here = cast()
    tool, about = tool_of(here.harrier), here.case("One case")  # its own creates are no events of the other's

    def create(count: int) -> None:
        for _ in range(count):
            assert tool.ask("POST", "troubleTicket", TYPED).status_code == 201

    with far_side() as far:
        with verbs():
            out = _events(owner, messages, far.url, "v5", about, here.sycamore)
        yield [out, Way("in", partial(inserts, owner), lambda _: None, create, (), owner)]


CHANNELS: dict[str, Callable[[psycopg.Connection, int], AbstractContextManager[list[Way]]]] = {
    "mail": mail,
    "webhook": webhook,
    "tmf621-client": tmf621_client,
    "tmf621-server": tmf621_server,
    "crossdesk": crossdesk,
    "crossdesk-50-ms-away": partial(crossdesk, away=0.05),
    "servicenow": servicenow,
}
