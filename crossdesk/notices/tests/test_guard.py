"""What must not reach a wider audience, and the ways people try."""

from __future__ import annotations

import pytest

from crossdesk.access import Invalid
from crossdesk.cases import references
from crossdesk.cases.tests.cast import NOON
from crossdesk.kit.mpan import check_digit
from crossdesk.notices.models import Briefing
from crossdesk.notices.releasing import send
from crossdesk.notices.sheet import Said
from crossdesk.notices.tests.conftest import MPAN, Incident, fresh
from crossdesk.notices.writing import enclose, previews

TRANSACTION = "T-IF-036-00000000AB-PENG-20261124-0001abcd"
FULL_WIDTH = MPAN.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
ARABIC = MPAN.translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
HOSTILE = {
    "plain": MPAN,
    "with spaces": f"{MPAN[:2]} {MPAN[2:6]} {MPAN[6:10]} {MPAN[10:]}",
    "with dashes": "-".join(MPAN),
    "over two lines": f"{MPAN[:6]}\n{MPAN[6:]}",
    "in brackets": f"({MPAN[:2]}) {MPAN[2:]}",
    "with a space of no width": f"{MPAN[:5]}\u200b{MPAN[5:]}",
    "in wide digits": FULL_WIDTH,
    "in other digits": ARABIC,
    "as a supply number": f"00 111 222 {MPAN}",
    "among more digits": f"99{MPAN}77",
    "with a wrong check digit": MPAN[:12] + str((int(MPAN[12]) + 1) % 10),
}


def objections(it: Incident, words: str, reader: str = "affected", title: str = "Registrations are late") -> str:
    briefing = it.draft(reader, lines=[Said("happened", words, reader)], title=title)
    (preview,) = previews(briefing, by=it.here.nia)
    return " ".join(preview.objections)


@pytest.mark.parametrize("spelt", HOSTILE.values(), ids=HOSTILE)
def test_an_mpan_is_found_however_it_is_spelt(it: Incident, spelt: str) -> None:
    assert "holds the MPAN" in objections(it, f"Look at {spelt} first")


@pytest.mark.parametrize(
    "innocent",
    [
        "612 of 1,284 registrations, 48 of them in area 16, since 02:10 on 24 November 2026.",
        "Ring 0800 048 8950, or look at record 48,112.",
        "Elexon runs the load again; the DIP is sound.",
    ],
)
def test_counts_times_and_telephones_are_no_mpans(it: Incident, innocent: str) -> None:
    assert objections(it, innocent) == ""


@pytest.mark.parametrize(
    "spelt", [TRANSACTION, TRANSACTION.lower(), TRANSACTION.replace("-", " - "), TRANSACTION.replace("-", "\u2011")]
)
def test_a_transaction_id_is_found(it: Incident, spelt: str) -> None:
    assert "holds the transaction id" in objections(it, f"It began with {spelt}.")


def test_a_case_under_it_is_not_named_to_the_others(it: Incident) -> None:
    assert f"holds the case reference {it.case.reference}" in objections(it, f"See {it.case.reference.lower()}.")


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("Sycamore Energy", "Sycamore Energy"),
        ("SYCAMORE  energy", "Sycamore Energy"),
        ("Sýcamore Energy", "Sycamore Energy"),
        ("S y c a m o r e E n e r g y", "Sycamore Energy"),
        ("SycamoreEnergy", "Sycamore Energy"),
        ("Syca\u00admore-Energy", "Sycamore Energy"),
        ("𝐇𝐚𝐫𝐫𝐢𝐞𝐫 Energy", "Harrier Energy"),
    ],
)
def test_who_is_affected_is_not_told_to_the_others(it: Incident, spelt: str, name: str) -> None:
    assert f"names {name}, which is affected" in objections(it, f"It was {spelt} who saw it first.")


def test_letters_of_another_alphabet_hide_no_name(it: Incident) -> None:
    assert "mixes alphabets in “Sуcamore”" in objections(it, "It was S\u0443camore who saw it first.")


def test_executives_may_know_names_and_no_identifiers(it: Incident) -> None:
    assert objections(it, "Sycamore Energy saw it first.", "executives") == ""
    assert "holds the MPAN" in objections(it, f"{MPAN} first.", "executives")


def test_resolvers_may_read_identifiers_and_a_subject_never_holds_one(it: Incident) -> None:
    assert objections(it, f"{MPAN} first.", "resolvers") == ""
    assert "The title holds the MPAN" in objections(it, "Late.", "resolvers", title=f"{MPAN} is late")


def test_what_stands_on_a_list_of_its_cases_is_found_though_it_looks_like_nothing(it: Incident) -> None:
    references.add_list(it.case, [b"CI-20261124-Zz9QqR\n"], "correlation", by=it.here.priya, at=NOON)
    assert "CI-20261124-Zz9QqR" in objections(it, "Search for ci-20261124-zz9qqr or CI-20261124-Zz9QqR")


def test_the_words_of_a_narrower_line_do_not_move_to_a_wider_one(it: Incident) -> None:
    secret = "Ring the director of the distributor before noon."
    lines = [
        Said("doing", secret),
        Said("happened", "So: RING the director, of the distributor before noon!", "public"),
    ]
    briefing = it.draft("public", lines=lines)
    (preview,) = previews(briefing, by=it.here.nia)
    assert preview.objections == ["Line 2 repeats line 1, which public may not read."]


def test_a_refused_update_does_not_leave(it: Incident) -> None:
    briefing = it.draft("affected", lines=[Said("happened", f"{MPAN} first.", "affected")])
    with pytest.raises(Invalid, match=f"Line 1 holds the MPAN {MPAN}, which affected parties may not read"):
        send(briefing, by=it.here.nia, at=NOON)
    assert fresh(briefing).state == Briefing.State.DRAFT


def test_a_file_is_looked_into_and_one_that_cannot_be_is_not_sent_wide(it: Incident) -> None:
    briefing = it.draft("affected", lines=[Said("happened", "Late.", "affected")])
    enclose(briefing, "list.csv", f"mpan\n{MPAN}\n".encode(), "text/csv", mark="affected", by=it.here.nia, at=NOON)
    enclose(briefing, "a.pdf", b"%PDF-1.7\n\x00\x01", "application/pdf", mark="affected", by=it.here.nia, at=NOON)
    enclose(briefing, "notes.txt", f"{MPAN}".encode(), "text/plain", by=it.here.nia, at=NOON)
    (preview,) = previews(briefing, by=it.here.nia)
    assert preview.files == ["list.csv", "a.pdf"], "the one marked for nobody else stays"
    assert [sentence.split(",")[0] for sentence in preview.objections] == [
        f"The file list.csv holds the MPAN {MPAN}",
        "The file a.pdf is not plain text",
    ]


def test_words_of_a_list_in_utf_16_are_read_too(it: Incident) -> None:
    briefing = it.draft("affected", lines=[Said("happened", "Late.", "affected")])
    content = f"mpan\n{MPAN}\n".encode("utf-16")
    enclose(briefing, "list.csv", content, "text/csv", mark="public", by=it.here.nia, at=NOON)
    (preview,) = previews(briefing, by=it.here.nia)
    assert f"holds the MPAN {MPAN}" in preview.objections[0]


def test_another_valid_number_is_an_mpan_too(it: Incident) -> None:
    other = f"200000000001{check_digit('200000000001')}"
    assert f"holds the MPAN {other}" in objections(it, f"Also {other}.")
