from __future__ import annotations

import click
import pytest

from crossdesk.commands.partner_desk.faults import Faults, read


def test_a_fault_is_written_the_same_way_for_every_desk() -> None:
    slow = read("slow=0.5:post:2")
    assert (slow.kind, slow.seconds, slow.method, slow.times) == ("slow", 0.5, "POST", 2)
    assert read("down").times > 1_000_000
    assert Faults.of(["redirects=Registration Desk"]).right_desk == "Registration Desk"
    assert Faults.of(["refuses"]).refusal == "This is not ours."


@pytest.mark.parametrize(
    ("written", "told"),
    [("earthquake", "no fault; there are slow"), ("slow=long", "as a number"), ("redirects", "Name")],
)
def test_what_is_no_fault_is_told_with_what_there_is(written: str, told: str) -> None:
    with pytest.raises(click.BadParameter, match=told):
        read(written)


def test_what_is_said_comes_in_the_order_and_as_often_as_the_desk_says_it() -> None:
    assert Faults.of(["duplicate", "out-of-order"]).told([1, 2]) == [2, 2, 1, 1]
