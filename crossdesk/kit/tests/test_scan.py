import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit.scan import Mention, scan


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.kind, mention.value) for mention in scan(text)]


def test_a_pasted_report_gives_up_everything_it_mentions_in_order() -> None:
    pasted = (
        "At 2026-11-23T09:14:05Z we sent S-IF-005-0123456789-SUP-20261123-12345687a1234567a and got\n"
        "T-IF-006-0123456789-SUP-20261123-1234CC0123456789 (CI-20261123-1234567890123abce123092) with REG0000\n"
        "for 1900012374324 and 20 0005 6535 971."
    )
    assert found(pasted) == [
        ("timestamp", "2026-11-23T09:14:05Z"),
        ("sender-reference", "S-IF-005-0123456789-SUP-20261123-12345687a1234567a"),
        ("transaction", "T-IF-006-0123456789-SUP-20261123-1234CC0123456789"),
        ("correlation", "CI-20261123-1234567890123abce123092"),
        ("error-code", "REG0000"),
        ("mpan", "1900012374324"),
        ("mpan", "2000056535971"),
    ]


def test_a_mention_is_told_once() -> None:
    assert found("REG0000, REG0000, ECS1001") == [("error-code", "REG0000"), ("error-code", "ECS1001")]


def test_a_slip_in_an_mpan_is_told() -> None:
    assert scan("1315001165123") == [Mention("mpan", "1315001165123", fault="should end in 2")]


def test_a_supply_number_gives_its_core_with_a_note() -> None:
    [mention] = scan("Supply number 00 801 123 19 0001 2374 324")
    assert mention.value == "1900012374324"


def test_groups_of_digits_that_prove_nothing_are_left_alone() -> None:
    assert found("call 020 7946 0018 or 12 0000 0000 000") == []


def test_two_mpans_in_groups_side_by_side_are_two() -> None:
    assert found("19 0001 2374 324 20 0005 6535 971") == [("mpan", "1900012374324"), ("mpan", "2000056535971")]


@pytest.mark.parametrize("written", ["23/11/2026 09:14", "2026-11-23 09:14:05", "2026-11-23T09:14:05.123+00:00"])
def test_times_are_recognised_as_people_and_systems_write_them(written: str) -> None:
    assert found(written) == [("timestamp", written)]


@pytest.mark.parametrize("nonsense", ["2026-13-23T09:14", "41/11/2026 09:14", "x1900012374324", "19000123743240"])
def test_what_only_looks_like_one_is_left_alone(nonsense: str) -> None:
    assert found(nonsense) == []


@given(st.text(st.sampled_from("0123456789 -:T/SCIFREGabcZ.\n\u00a0"), max_size=400))
def test_any_text_can_be_scanned_and_mpans_without_a_fault_are_valid(text: str) -> None:
    assert all(len(m.value) == 13 for m in scan(text) if m.kind == "mpan" and not m.fault)
