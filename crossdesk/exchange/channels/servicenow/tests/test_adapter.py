"""The exchange's messages as a ServiceNow desk sees them, and what its people do as messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from crossdesk.desks.ways import Channel, Mapped, Meaning, Ways
from crossdesk.exchange.channels import Heard, NotTaken, Speaking, Ticket
from crossdesk.exchange.channels.servicenow.adapter import ServiceNow
from crossdesk.exchange.channels.servicenow.agreed import credential_of, tenant_of
from crossdesk.exchange.channels.servicenow.tenant import ByClient, ByPassword
from crossdesk.exchange.channels.servicenow.tests.far_side import FarSide, far_side
from crossdesk.exchange.messages.message import About, File, Kind, Message, Reference, Side
from crossdesk.kit.time import now

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture(scope="module")
def far() -> Iterator[FarSide]:
    with far_side() as far:
        yield far


@pytest.fixture(autouse=True)
def _inside() -> Iterator[None]:
    with override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield


def ways(far: FarSide, **more: Any) -> Ways:
    fields = (Mapped(ours=f"={far.tenant.caller}", theirs="caller_id"), *more.pop("fields", ()))
    return Ways(channel=Channel.SERVICENOW, endpoint=far.tenant.base, fields=fields, **more)


class Leg:
    """One engagement: what was sent and heard on it so far."""

    def __init__(self, far: FarSide, token: str, **more: Any) -> None:
        self.far, self.token, self.adapter = far, token, ServiceNow()
        self.ways, self.sent = ways(far, **more), 0
        self.their_id = self.number = self.version = self.cursor = ""
        self.known: set[str] = set()

    def speaking(self, **more: Any) -> Speaking:
        said: dict[str, Any] = {"their_id": self.their_id, "their_number": self.number, "version": self.version}
        said |= more
        return Speaking(self.ways, "crossdesk:s3cret", self.token, **said)

    def message(self, kind: Kind, words: str = "", **more: Any) -> Message:
        self.sent += 1
        common: dict[str, Any] = {"link": self.token, "seq": self.sent, "occurred_at": now(), "words": words}
        common |= {"id": f"{self.token}.{self.sent}", "sender": Side(party="Elexon", desk="Service Desk")}
        return Message(kind=kind, **common, **more)

    def say(self, kind: Kind, words: str = "", **more: Any) -> None:
        taken = self.adapter.deliver(self.message(kind, words, **more), self.speaking())
        self.their_id, self.number = taken.their_id or self.their_id, taken.their_number or self.number
        self.version = taken.version or self.version

    def begin(self) -> None:
        self.say(Kind.RAISE, about=About(title="No IF-021 since noon", priority=1), our_number="CP-7K3M-9Q")

    def listen(self) -> list[tuple[Kind, str]]:
        ticket = Ticket(self.token, self.their_id, "", self.version)
        changes = self.adapter.changes(self.speaking(), self.cursor, [ticket], now())
        self.cursor = changes.cursor
        for each in changes.heard:
            self.version = each.version or self.version
        self.heard = [each for each in changes.heard if each.their_id not in self.known]
        self.known |= {each.their_id for each in changes.heard}
        return [(each.message.kind, each.message.words) for each in self.heard]

    @property
    def row(self) -> dict[str, str]:
        return self.far.instance.incident(self.number)

    def comments(self) -> list[str]:
        return [each["value"] for each in self.far.instance.journal(self.their_id) if each["element"] == "comments"]


def only(heard: list[Heard]) -> Message:
    assert len(heard) == 1
    return heard[0].message


def test_an_engagement_becomes_an_incident_with_everything_they_need(far: FarSide) -> None:
    leg = Leg(
        far,
        "CP-1.1.a",
        fields=[
            Mapped(ours="=MHHS desk", theirs="category"),
            Mapped(ours="system", theirs="subcategory"),
            Mapped(ours="P1", theirs="impact=2,urgency=1"),
        ],
    )
    about = About(
        title="No IF-021 since noon",
        description="Say which meters",
        impact="400 MPANs",
        outside_because="Yours",
        system="LSS",
        priority=1,
    )
    leg.say(
        Kind.RAISE,
        about=about,
        our_number="CP-7K3M-9Q",
        references=[Reference(type="mpan", value=f"12000000000{number:02}") for number in range(30)],
        files=[File(name="log.txt", media_type="text/plain", size=7, sha256=EMPTY, content=b"timeout")],
    )
    row = leg.row
    assert (row["category"], row["subcategory"], row["impact"], row["priority"]) == ("MHHS desk", "LSS", "2", "2")
    assert row["correlation_id"] == "CP-1.1.a"
    for told in ("Say which meters", "400 MPANs", "30 × mpan", "CP-7K3M-9Q", "Service Desk, Elexon"):
        assert told in row["description"]
    names = {each["file_name"] for each in far.instance.tables["sys_attachment"].values()}
    assert {"log.txt", "mpan-list.txt"} <= names
    assert leg.comments() == []
    assert leg.listen() == []


def test_the_whole_conversation_of_a_leg(far: FarSide) -> None:
    leg = Leg(far, "CP-2.1.a")
    leg.begin()
    far.person.note(leg.number, "Internal")
    far.person.begin(leg.number)
    far.person.comment(leg.number, "We look into it")
    assert leg.listen() == [(Kind.ACCEPT, ""), (Kind.UPDATE, "We look into it")]
    assert leg.heard[0].message.state
    assert leg.heard[0].message.state.mapped is Meaning.IN_PROGRESS
    assert leg.listen() == []
    far.person.ask_the_caller(leg.number, "Which MPANs?")
    assert leg.listen() == [(Kind.REQUEST_INFO, "Which MPANs?")]
    leg.say(Kind.SUPPLY_INFO, "These")
    assert leg.row["state"] == "2"
    assert leg.listen() == []
    far.person.resolve(leg.number, "Restarted the adapter")
    assert leg.listen() == [(Kind.PROPOSE_RESOLUTION, "Solution provided\nRestarted the adapter")]
    leg.say(Kind.DISPUTE, "Still nothing")
    assert leg.row["state"] == "2"
    assert leg.listen() == []
    far.person.resolve(leg.number, "Rebuilt the index")
    assert [kind for kind, _ in leg.listen()] == [Kind.PROPOSE_RESOLUTION]
    leg.say(Kind.CONFIRM)
    assert leg.row["state"] == "7"
    assert leg.listen() == []
    leg.say(Kind.CLOSE, "All done")
    assert len(leg.comments()) == 5  # who has closed a record is told no more on it


def test_a_refusal_names_the_right_desk(far: FarSide) -> None:
    leg = Leg(far, "CP-3.1.a")
    leg.begin()
    far.person.cancel(leg.number, "Not ours, see the log.\nRight desk: North Grid Help Desk.")
    assert leg.listen()[0][0] is Kind.REJECT_REDIRECT
    message = only(leg.heard)
    assert message.redirect
    assert message.redirect.to == "North Grid Help Desk"


def test_their_words_are_not_lost_when_we_write_before_we_read(far: FarSide) -> None:
    leg = Leg(far, "CP-4.1.a")
    leg.begin()
    far.person.comment(leg.number, "We need more time")
    leg.say(Kind.UPDATE, "Any news?")
    assert leg.listen() == [(Kind.UPDATE, "We need more time")]


def test_without_a_cursor_every_ticket_is_read_however_long_ago_it_changed(far: FarSide) -> None:
    leg = Leg(far, "CP-11.1.a")
    leg.begin()
    far.person.comment(leg.number, "Long ago")
    leg.row["sys_updated_on"] = "2020-01-01 00:00:00"
    for entry in far.instance.journal(leg.their_id):
        entry["sys_created_on"] = "2020-01-01 00:00:00"
    assert leg.listen() == []  # its version says that everything of that time was read
    leg.version, leg.cursor = "", "2026-01-01 00:00:00"
    assert leg.listen() == []
    leg.cursor = ""
    assert leg.listen() == [(Kind.UPDATE, "Long ago")]


def test_their_own_priority_is_read_when_it_is_another_than_ours(far: FarSide) -> None:
    leg = Leg(far, "CP-12.1.a")
    leg.begin()
    far.person.change(leg.number, urgency="3")
    assert leg.listen() == [(Kind.UPDATE, "")]
    assert only(leg.heard).judged == 3
    far.person.comment(leg.number, "We look into it")
    assert leg.listen() == [(Kind.UPDATE, "We look into it")]


def test_an_unknown_state_is_kept_raw_and_told(far: FarSide) -> None:
    leg = Leg(far, "CP-5.1.a")
    leg.begin()
    far.person.change(leg.number, state="42")
    leg.listen()
    state = only(leg.heard).state
    assert state
    assert (state.mapped, state.raw) == (Meaning.UNKNOWN, "42")


def test_withdrawing_reaches_them_and_is_no_news_to_us(far: FarSide) -> None:
    leg = Leg(far, "CP-6.1.a")
    leg.begin()
    leg.say(Kind.WITHDRAW, "It was ours after all")
    assert (leg.row["state"], leg.listen()) == ("8", [])
    leg.say(Kind.WITHDRAW, "It was ours after all")
    assert len(leg.comments()) == 1


def test_a_step_that_they_keep_to_themselves_leaves_the_words(far: FarSide) -> None:
    leg = Leg(
        far, "CP-7.1.a", fields=[Mapped(ours="on withdraw", theirs="state=6"), Mapped(ours="on confirm", theirs="")]
    )
    leg.begin()
    leg.say(Kind.WITHDRAW, "No longer needed")  # resolving needs a code of theirs, so their policy refuses the state
    assert (leg.row["state"], len(leg.comments())) == ("1", 1)
    far.person.resolve(leg.number, "Done")
    leg.say(Kind.CONFIRM)
    assert leg.row["state"] == "6"
    assert "Confirmed" in leg.comments()[-1]


def test_a_comment_whose_answer_never_came_is_not_written_twice(far: FarSide) -> None:
    leg = Leg(far, "CP-8.1.a")
    leg.begin()
    message = leg.message(Kind.UPDATE, "Any news?")
    leg.adapter.deliver(message, leg.speaking())
    leg.adapter.deliver(message, leg.speaking(tried_before=True))
    assert len(leg.comments()) == 1


def test_their_files_come_once_and_ours_do_not_come_back(far: FarSide) -> None:
    leg = Leg(far, "CP-9.1.a")
    leg.begin()
    ours = File(name="ours.txt", media_type="text/plain", size=4, sha256=EMPTY, content=b"ours")
    leg.say(Kind.UPDATE, "With a file", files=[ours])
    record = {"table_name": "incident", "table_sys_id": leg.their_id, "file_name": "theirs.txt"}
    far.http.post(
        f"{far.tenant.base}/api/now/attachment/file",
        params=record,
        content=b"theirs",
        headers={"Content-Type": "text/plain"},
        auth=("ada.byron", "ada"),
    )
    heard = [each for each in (leg.listen(), leg.heard)[1] if each.message.files]
    assert [each.message.files[0].content for each in heard] == [b"theirs"]
    assert leg.listen() == []


def test_what_goes_wrong_is_told_as_the_outbox_needs_it(far: FarSide) -> None:
    leg = Leg(far, "CP-10.1.a")
    raising = leg.message(Kind.RAISE, about=About(title="x"))
    with pytest.raises(NotTaken) as wrong:
        leg.adapter.deliver(raising, Speaking(leg.ways, "crossdesk:wrong", leg.token))
    assert wrong.value.credential
    far.instance.faults.order("down")
    with pytest.raises(NotTaken) as down:
        leg.adapter.deliver(raising, leg.speaking())
    assert not down.value.forever
    leg.adapter.probe(leg.speaking())
    with override_settings(EXCHANGE_INSIDE=frozenset()), pytest.raises(NotTaken, match="private network"):
        ServiceNow().deliver(raising, leg.speaking())
    with pytest.raises(NotTaken, match="gone"):
        leg.adapter.deliver(leg.message(Kind.UPDATE, "x"), leg.speaking())


def test_credentials_and_profiles_as_people_write_them(far: FarSide) -> None:
    client = '{"client_id": "c", "client_secret": "s"}'
    assert credential_of(client) == ByClient("c", "s")
    both = '{"client_id": "c", "client_secret": "s", "user": "u", "password": "p"}'
    assert credential_of(both) == ByPassword("c", "s", "u", "p")
    for wrong in ("", "nobody", "{}", "{broken"):
        with pytest.raises(NotTaken):
            credential_of(wrong)
    tenant = tenant_of(Speaking(ways(far, profile="sn_customerservice_case import:u_in"), "a:b"))
    assert (tenant.table, tenant.staging) == ("sn_customerservice_case", "u_in")
    assert tenant_of(Speaking(ways(far, states={"10": Meaning.RESOLVED}), "a:b")).states.mapped("10") == "resolved"
