import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit.names import LONGEST, extension, safe_name


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("reads.csv", "reads.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\May reads.csv", "May reads.csv"),
        ('a"b\r\nc.txt', "a_b c.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("NUL.txt", "_NUL.txt"),
        ("..", "file"),
        ("", "file"),
        (".profile", "profile"),
    ],
)
def test_a_name_is_made_safe(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 500 + ".csv").endswith("x.csv")


@given(st.text(max_size=300))
def test_whatever_comes_in_what_goes_out_is_harmless_and_stays_so(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= LONGEST
    assert not set(safe) & set('/\\<>:"|?*\r\n\0')
    assert not any(unicodedata.category(character) in {"Cc", "Cf"} for character in safe)
    assert safe_name(safe) == safe


def test_an_extension_is_lower_case_and_may_be_missing() -> None:
    assert [extension(name) for name in ("A.CSV", "a.tar.gz", "README", ".profile")] == ["csv", "gz", "", ""]
