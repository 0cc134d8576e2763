from dataclasses import dataclass, field
from typing import Any

import pytest

from crossdesk.exchange.letters.address import Addresses, Kind, Ticket
from crossdesk.exchange.letters.matching import (
    Confidence,
    Lookups,
    Match,
    Sign,
    TheirReference,
    Unmatched,
    match,
    numbers_in,
    their_reference,
)
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.letters.subjects import bare
from crossdesk.exchange.letters.tests.corpus import letter

ADA = "ada@northgrid.example"
OURS = Addresses("crossdesk.example", (b"a key for the tests",))


@dataclass
class Threads:
    """What is known in these tests: four threads, each found by one sign."""

    registered: set[tuple[str, str]] = field(default_factory=lambda: {(ADA, name) for name in ("a", "b", "c", "d")})

    def lookups(self) -> Lookups[str]:
        return Lookups(
            open_address=OURS.open_reply,
            by_ticket={Ticket(Kind.LEG, 7): "a"}.get,
            by_message_id={"<out-7@crossdesk.example>": "b"}.get,
            by_reference={"CP-7K3M-9Q4X": "c"}.get,
            by_their_number=lambda sender, theirs: "d" if (sender, theirs.number) == (ADA, "INC0012345") else None,
            is_registered=lambda sender, key: (sender, key) in self.registered,
        )

    def match(self, *envelope_to: str, **headers: Any) -> Match[str] | Unmatched:
        return match(read_letter(letter(**headers)), envelope_to, self.lookups())


def test_the_signed_address_comes_first() -> None:
    found = Threads().match(OURS.reply_address(Kind.LEG, 7), Subject="CP-7K3M-9Q4X")
    assert found == Match(Sign.REPLY_ADDRESS, Confidence.CERTAIN, "a")


def test_then_the_thread_of_letters() -> None:
    found = Threads().match(References="<x@y.example> <out-7@crossdesk.example>", Subject="CP-7K3M-9Q4X")
    assert found == Match(Sign.THREAD, Confidence.CERTAIN, "b")


def test_then_our_reference_from_somebody_registered() -> None:
    assert Threads().match(Subject="About cp-7k3m-9q4x please") == Match(Sign.REFERENCE, Confidence.CERTAIN, "c")


def test_then_their_number() -> None:
    found = Threads().match(Subject="Re: INC0012345 readings", X_ServiceNow_Generated="1")
    assert found == Match(Sign.THEIR_NUMBER, Confidence.CERTAIN, "d")


def test_a_stranger_with_a_signed_address_waits_for_a_person() -> None:
    found = Threads(registered=set()).match(OURS.reply_address(Kind.LEG, 7))
    assert found == Match(Sign.REPLY_ADDRESS, Confidence.LIKELY, "a")


def test_a_stranger_who_knows_a_reference_gets_nowhere() -> None:
    found = Threads(registered=set()).match(Subject="CP-7K3M-9Q4X")
    assert found == Unmatched("It names a case, but its sender is not registered there.")


def test_a_forged_address_and_a_number_in_the_body_match_nothing() -> None:
    found = Threads().match("desk+" + "a" * 24 + "@crossdesk.example", body="CP-7K3M-9Q4X")
    assert found == Unmatched("Nothing in it points to a case known here.")


@pytest.mark.parametrize(
    ("headers", "theirs"),
    [
        ({"Subject": "Incident INC0012345 opened", "X_ServiceNow_Generated": "1"}, ("ServiceNow", "INC0012345")),
        ({"Subject": "[JIRA] (NG-42) Readings"}, ("Jira", "NG-42")),
        ({"Subject": "[#9912] Readings"}, ("desk", "9912")),
        ({"body": "Our-Ref: CP-7K3M-9Q4X\nYour-Ref: HD-77/2\n\nFixed.\n"}, ("desk", "HD-77/2")),
        ({"body": "Our-Ref: HD-78\nYour-Ref: CP-7K3M-9Q4X\n\nFixed.\n"}, ("desk", "HD-78")),
        ({"body": "Done.\n> Your-Ref: HD-79\n"}, ("desk", "HD-79")),
    ],
)
def test_their_number_is_recognised(headers: dict[str, str], theirs: tuple[str, str]) -> None:
    assert their_reference(read_letter(letter(**headers))) == TheirReference(*theirs)


@pytest.mark.parametrize("headers", [{"Subject": "INC0012345"}, {"body": "Your-Ref: not known yet\n"}, {}])
def test_other_numbers_are_not_theirs(headers: dict[str, str]) -> None:
    assert their_reference(read_letter(letter(**headers))) is None


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("RE: FW: [EXTERNAL] INC 0012345 Readings", ["INC0012345"]),
        ("AW: inc-0012345: Readings", ["INC0012345"]),
        ("PG-20417 confirmations", ["PG-20417"]),
        ("Readings since Monday", []),
        ("Case CP-7K3M-9Q4X", []),
    ],
)
def test_a_desk_s_own_number_is_seen_however_it_is_written(subject: str, numbers: list[str]) -> None:
    assert numbers_in(subject) == numbers


@pytest.mark.parametrize(
    "start", ["RE: ", "Fw:", "AW: WG: ", "[EXTERNAL] ", "RE[2]: [EXT] ", "SV: Antw: ", "***External*** "]
)
def test_what_mail_programs_put_before_a_subject_is_taken_off(start: str) -> None:
    assert bare(f"{start}Readings missing") == "Readings missing"
