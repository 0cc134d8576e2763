import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.exchange.letters.address import HIGHEST_ID, Addresses, Kind, Ticket

OLD, NEW = b"an older signing key", b"a newer signing key!"
OURS = Addresses("crossdesk.example", (NEW, OLD))


@given(st.sampled_from(Kind), st.integers(1, HIGHEST_ID))
def test_an_address_says_again_what_it_was_made_for(kind: Kind, id: int) -> None:
    address = OURS.reply_address(kind, id)
    assert OURS.open_reply(address) == Ticket(kind, id)
    assert len(address.split("+")[1].split("@")[0]) <= 40


def test_mail_systems_may_change_its_case() -> None:
    assert OURS.open_reply(OURS.reply_address(Kind.LEG, 7).upper()) == Ticket(Kind.LEG, 7)


@given(st.integers(0, 23), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_character_makes_it_worthless(at: int, char: str) -> None:
    box, domain = OURS.reply_address(Kind.CASE, 258).split("@")
    token = box.removeprefix("desk+")
    forged = token[:at] + char + token[at + 1 :]
    assert forged == token or OURS.open_reply(f"desk+{forged}@{domain}") is None


MADE_UP = "desk+" + "a" * 24 + "@crossdesk.example"


@pytest.mark.parametrize("address", ["", "desk@crossdesk.example", "desk+@crossdesk.example", MADE_UP, "desk+é@x", "+"])
def test_anything_else_is_nothing(address: str) -> None:
    assert OURS.open_reply(address) is None


def test_an_older_key_is_honoured_until_it_goes() -> None:
    before = Addresses("crossdesk.example", (OLD,)).reply_address(Kind.CASE, 9)
    assert OURS.open_reply(before) == Ticket(Kind.CASE, 9)
    assert Addresses("crossdesk.example", (NEW,)).open_reply(before) is None


def test_a_bounce_address_is_no_reply_address() -> None:
    bounce = OURS.bounce_address(Kind.LETTER, 9)
    assert OURS.open_bounce(bounce) == Ticket(Kind.LETTER, 9)
    assert OURS.open_reply(bounce.replace("bounces+", "desk+")) is None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Addresses("crossdesk.example", (b"short",))


def test_only_our_boxes_are_ours() -> None:
    assert OURS.is_ours("Desk+abc@Crossdesk.example")
    assert not OURS.is_ours("ada@crossdesk.example")
    assert not OURS.is_ours("desk@elsewhere.example")
