import hashlib
import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit import mpan
from crossdesk.kit.lists import BAD_KEPT, BadRow, ListReader
from crossdesk.kit.refusal import Unusable

ONE, TWO, THREE = 1900012374324, 2000056535971, 1200010000000
cores = st.text("0123456789", min_size=12, max_size=12).map(lambda twelve: f"{twelve}{mpan.check_digit(twelve)}")


def read(content: str | bytes, piece: int = 7) -> tuple[list[int], ListReader]:
    """In pieces so small that they cut lines, letters and line ends."""
    raw = content.encode() if isinstance(content, str) else content
    reader = ListReader()
    pieces = (raw[start : start + piece] for start in range(0, len(raw), piece))
    return [number for batch in reader.read(pieces) for number in batch], reader


def numbers(content: str | bytes) -> list[int]:
    return read(content)[0]


@pytest.mark.parametrize(
    "content",
    [
        f"{ONE}\n{TWO}\n",
        f"{ONE}\r\n{TWO}",
        f"{ONE}\r{TWO}\r",
        f"\n\n{ONE}\n  \n,,\n{TWO}\n\n",
        f"MPAN\n{ONE}\n{TWO}\n",
        f"area,mpan_core,account\nLOND,{ONE},1234567890123\nNEEB,{TWO},1234567890123\n",
        f"Meter point;Note\n{ONE};a, b\n{TWO};c\n",
        f"Note\tMPAN Core\nx\t{ONE}\ny\t{TWO}\n",
        f'"MPAN","Note"\n"{ONE}","two\nlines, ""quoted"""\n"{TWO}",""\n',
        f'="{ONE}"\n\'{TWO}\n',
        f"1,{ONE},x\n2,{TWO},y\n",
        "19 0001 2374 324\n20 0005 6535 971\n",
    ],
)
def test_any_common_dress_of_a_list_is_read(content: str) -> None:
    values, reader = read(content)
    assert values == [ONE, TWO]
    assert reader.tally.bad == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_common_encoding_is_read(encoding: str) -> None:
    assert numbers(f"MPAN,Note\r\n{ONE},£5\r\n{TWO},ü\r\n".encode(encoding)) == [ONE, TWO]


def test_a_stray_letter_of_another_encoding_stops_nothing() -> None:
    assert numbers(f"{ONE},£5\n{TWO},x\n".encode("latin-1")) == [ONE, TWO]


def test_the_tally_adds_up_and_repeats_are_told_apart() -> None:
    values, reader = read(f"MPAN\n{ONE}\n{TWO}\n{ONE}\n1200000000000\n\n{ONE}\n")
    tally = reader.tally
    assert values == [ONE, TWO]
    assert (tally.rows, tally.valid, tally.distinct, tally.repeated, tally.bad) == (5, 4, 2, 2, 1)
    assert tally.distributors == {"19": 1, "20": 1}


def test_a_bad_row_is_told_by_line_value_and_fault() -> None:
    content = f'MPAN,Note\n{ONE},"over\ntwo lines"\n\n1315001165123,\n19000I2374324,x\n,only a note\n{"9" * 60},\n'
    assert read(content)[1].tally.bad_rows == [
        BadRow(5, "1315001165123", "should end in 2"),
        BadRow(6, "19000I2374324", "contains letters"),
        BadRow(7, "", "is empty"),
        BadRow(8, "9" * 40 + "…", "has 60 digits, an MPAN core has 13"),
    ]


def test_all_bad_rows_are_counted_and_the_first_thousand_kept() -> None:
    tally = read(f"{ONE}\n" + "12\n" * (BAD_KEPT + 5), piece=4096)[1].tally
    assert (tally.bad, len(tally.bad_rows)) == (BAD_KEPT + 5, BAD_KEPT)


def test_full_supply_numbers_are_taken_by_their_core_and_counted() -> None:
    values, reader = read(f"00801123{ONE}\n00 801 123 20 0005 6535 971\n")
    assert values == [ONE, TWO]
    assert reader.tally.supply_numbers == 2


def test_progress_and_digest_are_of_the_bytes_as_given() -> None:
    content = f"MPAN\r\n{ONE}\r\n{TWO}".encode()
    reader = read(content)[1]
    assert (reader.lines, reader.bytes) == (3, len(content))
    assert reader.digest == hashlib.sha256(content).digest()


def test_an_empty_list_has_an_empty_tally() -> None:
    values, reader = read(b"")
    assert (values, reader.tally.rows) == ([], 0)


def zipped(inside: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(inside, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (zipped("list.csv"), "This is a zip file"),
        (zipped("xl/workbook.xml"), "This is an Excel workbook"),
        (b"%PDF-1.7", "This is a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "This is a PNG picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Office document"),
        (b"<html><table>", "This is a web page or XML"),
        (b"\x01\x02\x03", "This is not a text file"),
    ],
)
def test_another_kind_of_file_is_refused_with_what_to_do(content: bytes, because: str) -> None:
    with pytest.raises(Unusable, match=f"{because}.* (Save the list as CSV|Unpack it)"):
        read(content)


def test_a_table_without_mpans_is_refused() -> None:
    with pytest.raises(Unusable, match="Give that column the heading MPAN"):
        read("name,town\nAda,London\n")


@pytest.mark.parametrize("lines_after", [1, 50, 30_000])
def test_a_quotation_mark_left_open_swallows_nothing(lines_after: int) -> None:
    content = f'{ONE},x\n{TWO},"open\n' + f"{THREE},y\n" * lines_after
    with pytest.raises(Unusable, match="on line 2 is never closed"):
        read(content, piece=4096)


def test_a_file_without_line_ends_does_not_fill_the_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield f"{ONE}\n".encode()
        while True:
            yield b"1" * 65_536

    with pytest.raises(Unusable, match="Line 2 is longer than a million characters"):
        list(ListReader().read(endless()))


@given(st.lists(cores, max_size=40), st.integers(1, 50), st.sampled_from(["\n", "\r\n", "\r"]))
def test_however_it_is_cut_each_mpan_comes_once_and_in_order(given_cores: list[str], piece: int, end: str) -> None:
    values, reader = read(end.join(["MPAN", *given_cores]), piece)
    assert [mpan.text_of(value) for value in values] == list(dict.fromkeys(given_cores))
    assert reader.tally.rows == len(given_cores)


@given(st.binary(max_size=600), st.integers(1, 80))
def test_any_bytes_are_read_or_refused_in_words(content: bytes, piece: int) -> None:
    try:
        tally = read(content, piece)[1].tally
    except Unusable:
        return
    assert tally.rows == tally.valid + tally.bad


@given(st.text(st.sampled_from('0123456789,;"\t\r\n '), max_size=300), st.integers(1, 80))
def test_any_table_of_digits_adds_up(content: str, piece: int) -> None:
    try:
        tally = read(content, piece)[1].tally
    except Unusable:
        return
    assert tally.rows == tally.valid + tally.bad
    assert tally.bad == len(tally.bad_rows)
