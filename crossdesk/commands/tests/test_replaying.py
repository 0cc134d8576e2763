"""`crossdesk market plan --replay` over cases that were really counted, linked and crossed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import DatabaseError, connection

from crossdesk import rulebook
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.commands.main import main
from crossdesk.impact.history import AT_ONCE, only_reading, replay
from crossdesk.impact.tests.test_register import columns, given, harriers, of_row_one
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

LOWER = """
[[scenario]]
key = "missing-mpan-data"
cross_party = { mpans_more_than = 50 }
source = "A test"
"""
RAISED = """
[[scenario]]
key = "missing-mpan-data"
cross_party = { mpans_more_than = 400 }
source = "A test"
"""


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def case(here: Cast) -> Case:
    return of_row_one(here)


def rules(folder: Path, text: str) -> str:
    (folder / "scenarios.toml").write_text(text)
    return str(folder)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["market", "plan", *arguments])


def replayed(*arguments: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    result = run("--replay", "--json", *arguments)
    assert result.exit_code == 0, result.output
    *rows, totals = [json.loads(line) for line in result.stdout.splitlines()]
    return rows, totals


def test_what_never_tripped_would_trip_by_a_lower_figure(here: Cast, case: Case, tmp_path: Path) -> None:
    given(case, range(51), here.priya)
    assert columns(case) == []
    rows, totals = replayed(rules(tmp_path, LOWER))
    told = [(each["case"], each["row"], each["threshold"], each["before"], each["verdict"]) for each in rows]
    assert told == [(case.reference, 1, "cross-party", None, "trips now")]
    assert (totals["cases"], totals["totals"]["trips now"]) == (1, 1)


def test_exactly_the_lower_figure_does_not_trip(here: Cast, case: Case, tmp_path: Path) -> None:
    given(case, range(50), here.priya)
    columns(case)
    assert replayed(rules(tmp_path, LOWER))[0] == []


def test_what_tripped_would_not_by_a_higher_figure(here: Cast, case: Case, tmp_path: Path) -> None:
    given(case, range(101), here.priya)
    assert columns(case) == ["cross-party"]
    result = run("--replay", rules(tmp_path, RAISED))
    (line,) = [each for each in result.stdout.splitlines() if "trips no more" in each and case.reference in each]
    assert "24 Nov 2026, 12:00 GMT" in line
    assert "never" in line
    assert "more than 100 MPANs, becomes more than 400 MPANs" in result.stdout
    assert "Nothing was changed." in result.stdout


def test_linked_cases_are_one_family_judged_together(here: Cast, case: Case, tmp_path: Path) -> None:
    given(case, range(30), here.priya)
    columns(case)
    child = harriers(here, case)
    given(child, range(20, 51), here.hal)
    columns(case)
    rows, totals = replayed(rules(tmp_path, LOWER))
    assert [(each["case"], each["verdict"]) for each in rows] == [(case.reference, "trips now")]
    assert totals["cases"] == 2
    assert totals["families"] == 1


def test_the_rules_in_force_say_the_same_of_what_happened(here: Cast, case: Case) -> None:
    given(case, range(501), here.priya)
    columns(case)
    rows, _ = replayed()
    assert {each["verdict"] for each in rows} == {"the same"}
    assert [each["threshold"] for each in rows] == ["trigger", "cross-party", "major"]


def test_a_limit_takes_the_newest_and_since_leaves_out_the_older(here: Cast, case: Case) -> None:
    newer = of_row_one(here)
    with verbs():
        Case.objects.filter(pk=newer.pk).update(raised_at=NOON + timedelta(days=2))
    for each in (case, newer):
        given(each, range(101), here.priya)
        columns(each)
    assert {each["case"] for each in replayed("--limit", "1")[0]} == {newer.reference}
    assert {each["case"] for each in replayed("--since", "2026-11-26")[0]} == {newer.reference}
    assert replayed("--since", "2026-11-27")[1]["cases"] == 0


def test_more_families_than_are_read_at_once_are_each_judged_once(here: Cast) -> None:
    with verbs():
        raised = {here.case(f"Number {number}").reference for number in range(AT_ONCE + 1)}
    book = rulebook.packaged()
    with only_reading():
        assert sorted(each.head for each in replay(book, book, since=NOON)) == sorted(raised)


def test_it_cannot_write(case: Case) -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"), only_reading(), connection.cursor() as cursor:
        cursor.execute("update cases_case set summary = 'x'")


def test_it_leaves_no_entry(here: Cast, case: Case, tmp_path: Path) -> None:
    given(case, range(101), here.priya)
    columns(case)
    with verbs():
        before = Entry.objects.count()
    replayed(rules(tmp_path, LOWER))
    with verbs():
        assert Entry.objects.count() == before


# What is refused


def test_a_folder_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    result = run("--replay", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert result.stderr.strip() == (
        f"There is no folder {tmp_path / 'nowhere'}: name one with the rows you edited, as TOML files."
    )


def test_rules_that_do_not_check_are_one_sentence(tmp_path: Path) -> None:
    wrong = '[[scenario]]\nkey = "missing-mpan-data"\nsystems = ["no-such-system"]\nsource = "A test"\n'
    result = run("--replay", rules(tmp_path, wrong))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "scenarios.toml, scenario missing-mpan-data: `systems` names the system no-such-system" in result.stderr
    assert "run crossdesk market check" in result.stderr


def test_its_options_go_with_it() -> None:
    result = run("--limit", "3")
    assert result.exit_code == 2
    assert "go with --replay" in result.stderr
