from __future__ import annotations

from click.testing import CliRunner

from crossdesk.commands.main import main
from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.messages.desk import MessageDesk
from crossdesk.exchange.conformance.saying import Conversation
from crossdesk.exchange.messages.message import Kind, Side


def test_what_comes_twice_is_taken_once_and_what_comes_early_waits_for_its_turn() -> None:
    desk, on = MessageDesk(), Conversation(Side(desk="Ours"), Side(desk="Theirs"))
    raised, first, second = on.raised("No IF-021"), on.message(Kind.UPDATE, "One"), on.message(Kind.UPDATE, "Two")
    assert desk.take(raised).body == {"fate": "applied", "number": "PD-0001"}
    assert desk.take(raised).body["repeated"] is True
    assert desk.take(second).body["fate"] == "waiting"
    assert desk.take(first).body["fate"] == "applied"
    assert [line.partition("“")[2] for line in desk.log[-2:]] == ["One”", "Two”"]


def test_a_withdrawn_ticket_is_not_worked_on() -> None:
    desk, on = MessageDesk(), Conversation(Side(desk="Ours"), Side(desk="Theirs"))
    desk.take(on.raised("No IF-021"))
    desk.take(on.message(Kind.WITHDRAW))
    desk.step()
    assert [each.kind for each in desk.leaving()] == [Kind.RECEIPT, Kind.WITHDRAW_ACK]


def test_a_refusal_names_the_desk_it_was_told_to_name() -> None:
    desk = MessageDesk(faults=Faults.of(["redirects=Registration Desk"]))
    desk.take(Conversation(Side(desk="Ours"), Side(desk="Theirs")).raised("No IF-021"))
    desk.step()
    refused = list(desk.leaving())[-1]
    assert refused.redirect
    assert (refused.kind, refused.redirect.to) == (Kind.REJECT_REDIRECT, "Registration Desk")


def test_it_tells_what_it_cannot_play() -> None:
    told = CliRunner().invoke(main, ["partner-desk", "crossdesk", "--plays", "dance"])
    assert "nothing its person does" in told.output
