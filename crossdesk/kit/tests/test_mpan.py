import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit import mpan

first12 = st.text("0123456789", min_size=12, max_size=12)


@pytest.mark.parametrize("public", ["1900012374324", "2000056535971", "1200010000000"])
def test_public_samples_are_valid(public: str) -> None:
    assert mpan.valid(public)
    assert mpan.fault(public) is None


@pytest.mark.parametrize("lookalike", ["1315001165123", "1200000000000"])
def test_samples_that_only_look_right_say_how_they_should_end(lookalike: str) -> None:
    assert not mpan.valid(lookalike)
    assert mpan.fault(lookalike) == "should end in 2"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("190001237432", "has 12 digits, an MPAN core has 13"),
        (
            "18012341900012374324",
            "has 20 digits, a supply number has 21: a spreadsheet drops zeros; format its column as text and export it"
            " again",
        ),
        ("7", "has 1 digit, an MPAN core has 13"),
        ("19000I2374324", "contains letters"),
        ("19000-12374324", "contains signs other than digits"),
        ("1.90001E+12", "was rounded by a spreadsheet; format its column as text and export it again"),
        ("١٩٠٠٠١٢٣٧٤٣٢٤", "contains signs other than digits"),
    ],
)
def test_a_fault_is_told_in_plain_words(text: str, fault: str) -> None:
    assert mpan.fault(text) == fault


def test_spaces_do_no_harm() -> None:
    assert mpan.valid(" 19 0001 2374 324\t")


def test_a_full_supply_number_gives_its_core_and_says_so() -> None:
    full = "00 801 123 19 0001 2374 324"
    assert mpan.core(full) == "1900012374324"
    assert mpan.fault(full) is None
    assert "last 13 digits" in (mpan.note(full) or "")


def test_a_core_carries_no_note() -> None:
    assert mpan.note("1900012374324") is None


def test_the_distributor_is_its_first_two_digits() -> None:
    assert mpan.distributor_of("1900012374324") == "19"
    assert mpan.distributor_of("00801123 1900012374324") == "19"
    assert mpan.distributor_of(1900012374324) == "19"


@given(first12)
def test_the_tables_agree_with_the_published_sum(digits: str) -> None:
    total = sum(int(digit) * prime for digit, prime in zip(digits, mpan.PRIMES, strict=True))
    assert mpan.check_digit(digits) == total % 11 % 10


@given(first12)
def test_exactly_one_last_digit_is_valid(digits: str) -> None:
    assert [last for last in range(10) if mpan.valid(f"{digits}{last}")] == [mpan.check_digit(digits)]


@given(st.text(max_size=30))
def test_any_text_is_either_valid_or_has_a_fault(text: str) -> None:
    assert mpan.valid(text) == (mpan.fault(text) is None)


@given(st.text("0123456789", min_size=11, max_size=22))
def test_the_quick_question_agrees_with_the_slow_one(digits: str) -> None:
    assert mpan.is_core(digits) == (len(digits) == 13 and mpan.fault(digits) is None)


@given(first12)
def test_a_core_kept_as_a_number_reads_back(digits: str) -> None:
    core = f"{digits}{mpan.check_digit(digits)}"
    assert mpan.text_of(int(core)) == core
