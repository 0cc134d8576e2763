import re

from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit import caseref

bodies = st.text(caseref.ALPHABET, min_size=7, max_size=7)
characters = st.sampled_from(caseref.ALPHABET)


@st.composite
def references(draw: st.DrawFn) -> str:
    body = draw(bodies)
    return f"CP-{body[:4]}-{body[4:]}{caseref.check_character(body)}"


def places(reference: str) -> list[int]:
    return [place for place in range(3, len(reference)) if reference[place] != "-"]


def test_a_new_reference_has_the_known_shape_and_reads_back() -> None:
    reference = caseref.new()
    assert re.fullmatch(r"CP-\w{4}-\w{4}", reference)
    assert caseref.parse(reference) == reference


def test_the_alphabet_is_a_prime_number_of_characters_nobody_confuses() -> None:
    assert len(set(caseref.ALPHABET)) == len(caseref.ALPHABET) == 29
    assert not set("01ILOUZ") & set(caseref.ALPHABET)


@given(references())
def test_lower_case_spaces_and_missing_dashes_are_understood(reference: str) -> None:
    assert caseref.parse(f"  {reference.lower()} ") == reference
    assert caseref.parse(reference.replace("-", "")) == reference
    assert caseref.parse(reference.replace("-", "\u2013")) == reference


@given(references(), st.integers(0, 7), characters)
def test_one_wrong_character_is_caught(reference: str, which: int, other: str) -> None:
    place = places(reference)[which]
    changed = f"{reference[:place]}{other}{reference[place + 1 :]}"
    assert changed == reference or caseref.parse(changed) is None


@given(references(), st.integers(0, 6))
def test_two_neighbours_swapped_are_caught(reference: str, which: int) -> None:
    one, two = places(reference)[which : which + 2]
    swapped = list(reference)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    changed = "".join(swapped)
    assert changed == reference or caseref.parse(changed) is None


@given(references(), references())
def test_references_are_found_in_a_subject_in_order_and_once(first: str, second: str) -> None:
    subject = f"RE: [{first}] missing reads, see {second.lower()} (was {first})"
    assert caseref.find_in(subject) == list(dict.fromkeys([first, second]))


@given(references())
def test_a_longer_word_is_not_a_reference(reference: str) -> None:
    assert caseref.find_in(f"x{reference} {reference}9") == []


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert all(caseref.parse(found) == found for found in caseref.find_in(text))
