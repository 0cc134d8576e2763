from __future__ import annotations

import json
from pathlib import Path

import pytest

from crossdesk.rulebook import PACKAGED, Rulebook, RulesError, load
from crossdesk.rulebook.editions import as_json, difference, digest, from_json

BOOK = load()


def edited(folder: Path, file: str, rows: str) -> Rulebook:
    (folder / f"{file}.toml").write_text(rows)
    return load(PACKAGED, folder)


def test_an_edition_reads_back_as_it_was_kept() -> None:
    kept = json.loads(json.dumps(as_json(BOOK)))
    again = from_json(kept)
    assert again == BOOK
    assert digest(again) == digest(BOOK)


def test_the_same_rules_have_no_difference() -> None:
    assert difference(BOOK, load()) == ()


def test_a_changed_row_is_told_in_plain_words(tmp_path: Path) -> None:
    row = '[[scenario]]\nkey = "missing-mpan-data"\ncross_party = { mpans_at_least = 50 }\nsource = "Approach v0.8"\n'
    new = edited(tmp_path, "scenarios", row)
    [change] = difference(BOOK, new)
    assert change.change == "changed"
    assert "cross_party was more than 100 MPANs, becomes at least 50 MPANs" in change.words
    assert digest(new) != digest(BOOK)


def test_added_and_removed_rows_are_told(tmp_path: Path) -> None:
    row = '[[tier]]\nkey = "tier-4"\nnumber = 4\nfunction = "F"\nparticipants = "P"\nplatform = "Q"\nsource = "S"\n'
    new = edited(tmp_path, "tiers", f"from = 2026-11-01\n{row}")
    assert [change.words for change in difference(BOOK, new)] == ["tier tier-4 is added."]
    assert [change.words for change in difference(new, BOOK)] == ["tier tier-4 is removed."]


def test_a_kept_edition_that_no_longer_fits_is_refused() -> None:
    kept = as_json(BOOK)
    kept["desks"]["rec"]["covers"] = ["gone"]
    with pytest.raises(RulesError, match="names the query type gone"):
        from_json(kept)
