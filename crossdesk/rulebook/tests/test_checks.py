"""A wrong row is told with its file, its name and what mends it; and all wrong rows are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdesk.rulebook import PACKAGED, Problem, RulesError, examine, load

ROW = 'from = 2026-11-01\nsource = "A test"\n'

BROKEN = [
    ("desks", '[[desk]]\nkey = "rec"\nowner = " "', "Nobody owns this desk."),
    ("desks", '[[desk]]\nkey = "rec"\nowner = ""', "`owner` cannot be read."),
    ("desks", '[[desk]]\nkey = "rec"\nmay_raise = []', "Nobody may raise a case here."),
    ("desks", '[[desk]]\nkey = "rec"\ncovers = []', "The desk covers no query type."),
    ("desks", '[[desk]]\nkey = "rec"\ncovers = []', "No desk covers this query type."),
    ("desks", '[[desk]]\nkey = "rec"\ncovers = ["rec-qery"]', "`covers` names the query type rec-qery,"),
    ("desks", '[[desk]]\nkey = "rec"\nmay_raise = ["suplier"]', "`may_raise` names the role suplier,"),
    ("desks", '[[desk]]\nkey = "rec"\nkind = "front"', "`kind` is front."),
    ("desks", '[[desk]]\nkey = "rec"\ncovers = ["rec-query", "ees-issue"]', "does not say how to choose."),
    ("query_types", '[[query_type]]\nkey = "ees-issue"\nsystem = "ess"', "`system` names the system ess,"),
    ("query_types", '[[query_type]]\nkey = "ees-issue"\nevidence = ["mpam"]', "`evidence` names the evidence mpam,"),
    ("query_types", '[[query_type]]\nkey = "ees-issue"\nnature = "odd"', "`nature` is odd."),
    ("scenarios", '[[scenario]]\nkey = "portal-outage"\nfirst_investigators = []', "Nobody investigates first."),
    (
        "scenarios",
        '[[scenario]]\nkey = "portal-outage"\nfirst_investigators = ["Elexon"]',
        "`first_investigators` names the role Elexon,",
    ),
    ("scenarios", '[[scenario]]\nkey = "portal-outage"\nrow = 1', "Row 1 is also missing-mpan-data."),
    ("scenarios", '[[scenario]]\nkey = "portal-outage"\nmajor = { cats = 3 }', "`major` cannot be read."),
    (
        "scenarios",
        '[[scenario]]\nkey = "missing-mpan-data"\nmajor = { mpans_more_than = 50 }',
        "The major threshold lies below the cross-party threshold.",
    ),
    ("roles", '[[role]]\nkey = "agent"\nwithin = "mss"', "The role lies within itself."),
    ("roles", '[[role]]\nkey = "agent"\nnmae = "Agent"', "`nmae` is not a field of this table."),
    ("roles", '[[role]]\nname = "Agent"', "The row has no key."),
    ("roles", '[[role]]\nkey = "new"', "`name` is missing."),
    ("targets", "", "No rules are read from a file of this name."),
    ("tiers", "[[teir]]", "This table is not known in this file."),
    ("tiers", "[[tier", "This is not TOML"),
    ("priorities", '[[target]]\nkey = "dip-P1-resolve"\nminutes = 0', "A published target has no figure."),
    ("priorities", '[[target]]\nkey = "dip-P1-resolve"\nminutes = true', "`minutes` cannot be read."),
    ("priorities", '[[matrix]]\nkey = "one-soon"\nurgency = "urgency-later"', "stands in the matrix not at all."),
    ("exchange", '[[brake]]\nkey = "hour"\nminutes = 0', "`minutes` not between 1 and 1440."),
    ("exchange", '[[fallback]]\nkey = "P1"\nminutes = 0', "`minutes` not between 1 and 1440."),
    ("exchange", '[[reach]]\nkey = "silent"\ndays = 0', "`days` is not between 1 and 3660."),
    ("escalations", '[[escalation]]\nkey = "first-line"\npercent = 0', "`percent` is not between 1 and 1000."),
    ("escalations", '[[escalation]]\nkey = "first-line"\ntier = 9', "Tier 9 does not exist."),
    ("escalations", '[[escalation]]\nkey = "first-line"\nreaches = "everybody"', "`reaches` is everybody."),
    ("escalations", '[[escalation]]\nkey = "first-line"\nroom = ["manger"]', "`room` is manger."),
    ("escalations", '[[escalation]]\nkey = "first-line"\ndesk = "elexn"', "`desk` names the desk elexn,"),
    ("rerouting", '[[reroute]]\nkey = "silent-desk"\nto = "elexn"', "`to` names the desk elexn,"),
    ("rerouting", '[[reroute]]\nkey = "silent-desk"\nwhen = "late"', "`when` is late."),
    ("rerouting", '[[reroute]]\nkey = "silent-desk"\nto = ""', "`to` cannot be read."),
    ("rerouting", '[[reroute]]\nkey = "silent-desk"\ndesks = ["elexon"]', "It leads from elexon to itself."),
    ("rerouting", '[[reroute]]\nkey = "silent-desk"\nat_least = 2', "`at_least` says nothing in a row for"),
    ("rerouting", '[[reroute]]\nkey = "sent-on-twice"\nat_least = 0', 'A row for "bounces" has no `at_least`.'),
    ("rerouting", '[[reroute]]\nkey = "sent-on-twice"\nat_least = -1', "`at_least` is below zero."),
    ("rerouting", '[[reroute]]\nkey = "sent-on-twice"\nat_least = "two"', "`at_least` cannot be read."),
    ("rerouting", '[[reroute]]\nkey = "ees-boundary"\nsystems = []', 'A row for "boundary" has no `systems`.'),
    ("rerouting", '[[reroute]]\nkey = "ees-boundary"\nsystems = ["esr"]', "`systems` names the system esr,"),
    ("comms", '[[plan]]\nkey = "all-public"\napproval = "lead"', "would leave on one person's word."),
    ("comms", '[[plan]]\nkey = "all-public"\nchannel = "pigeon"', "`channel` is pigeon."),
    ("comms", '[[plan]]\nkey = "all-raisers"\naudience = "everybody"', "`audience` names the audience everybody,"),
    ("comms", '[[plan]]\nkey = "all-raisers"\nscenario = "row-99"', "`scenario` names the scenario row-99,"),
    ("comms", '[[plan]]\nkey = "all-raisers"\ndeclared = -1', "Its minutes are below zero."),
    ("comms", '[[plan]]\nkey = "all-raisers"\naudience = "affected"', "have two rows."),
    ("comms", '[[audience]]\nkey = "public"\norder = 5', "Another audience has `order` 5 too."),
    ("reviews", '[[deadline]]\nkey = "publish-review"\ncounts_from = "Monday"', "`counts_from` is Monday."),
    ("reviews", '[[deadline]]\nkey = "publish-review"\nminutes = -1', "`minutes` is below zero."),
    (
        "reviews",
        '[[case_review]]\nkey = "missed-resolution"\npriorities = ["P9"]',
        "`priorities` names the priority P9,",
    ),
    ("reviews", '[[case_review]]\nkey = "missed-resolution"\npriorities = []', "It is for no priority."),
    ("reviews", '[[case_review]]\nkey = "missed-resolution"\nmeasure = "reply"', "`measure` is reply."),
    ("reviews", '[[case_review]]\nkey = "missed-resolution"\ndays = 0', "`days` is below one."),
    ("priorities", '[[target]]\nkey = "P1-respond"\nminutes = 0.5', "`minutes` cannot be read."),
    ("priorities", '[[target]]\nkey = "P1-respond"\nminutes = -1', "`minutes` is below zero."),
    ("operations", '[[mode]]\nkey = "special"\ndeclared_by = []', "nobody declares it or it has no end."),
    ("operations", '[[mode]]\nkey = "special"\nat_most_hours = 0', "nobody declares it or it has no end."),
    ("operations", '[[widening]]\nkey = "inward-desks"\ncauses = ["whim"]', "`causes` names whim."),
    ("operations", '[[widening]]\nkey = "inward-desks"\nengages = ["x"]', "`engages` names the desk x,"),
    ("operations", '[[home]]\nkey = "centre-of-excellence"\nqueries = ["rec-query"]', "fits a desk already"),
    ("operations", '[[home]]\nkey = "centre-of-excellence"\ncloses = "soon"', "`closes` cannot be read."),
    ("rejections", '[[code]]\nkey = "REG0000"\nfamily = "regs"', "`family` names the family regs,"),
]


def overlaid(folder: Path, file: str, row: str) -> tuple[Problem, ...]:
    (folder / f"{file}.toml").write_text(f"{row}\n{ROW}" if row else "")
    return examine(PACKAGED, folder)[1]


@pytest.mark.parametrize(("file", "row", "what"), BROKEN)
def test_a_broken_row_is_told(tmp_path: Path, file: str, row: str, what: str) -> None:
    problems = overlaid(tmp_path, file, row)
    problem = next(problem for problem in problems if what in problem.what)
    assert problem.file.endswith(".toml")
    assert problem.row
    assert problem.remedy.endswith(".")


def test_a_duplicated_key_is_told(tmp_path: Path) -> None:
    row = f'[[tier]]\nkey = "tier-0"\n{ROW}'
    (tmp_path / "tiers.toml").write_text(row + row)
    [problem] = examine(PACKAGED, tmp_path)[1]
    assert str(problem) == "tiers.toml, tier tier-0: The key is used twice. Give one of the two rows another key."


def test_an_overlay_row_must_say_who_decided_it(tmp_path: Path) -> None:
    (tmp_path / "tiers.toml").write_text('[[tier]]\nkey = "tier-0"\nplatform = "Crossdesk"\n')
    [problem] = examine(PACKAGED, tmp_path)[1]
    assert problem.what == "The row names no source."


def test_a_folder_of_its_own_needs_source_and_day(tmp_path: Path) -> None:
    (tmp_path / "modes.toml").write_text("")
    (tmp_path / "operations.toml").write_text('[[mode]]\nkey = "normal"\nname = "Normal"\nmeaning = "As usual"\n')
    problems = {problem.what for problem in examine(tmp_path)[1]}
    assert {"The row names no source.", "The row does not say when it takes effect."} <= problems


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    overlaid(tmp_path, "tiers", "[[teir]]")
    overlaid(tmp_path, "roles", '[[role]]\nkey = "new"')
    overlaid(tmp_path, "desks", '[[desk]]\nkey = "rec"\nkind = "front"')
    with pytest.raises(RulesError) as trouble:
        load(PACKAGED, tmp_path)
    assert {problem.file for problem in trouble.value.problems} == {"tiers.toml", "roles.toml", "desks.toml"}
    assert "crossdesk market check" in trouble.value.sentence


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert examine(PACKAGED, tmp_path / "nowhere")[1][0].what == "There is no such folder."


def test_an_overlay_changes_only_what_it_names(tmp_path: Path) -> None:
    assert overlaid(tmp_path, "priorities", '[[target]]\nkey = "P3-resolve"\nminutes = 2880') == ()
    target = load(PACKAGED, tmp_path).targets["P3-resolve"]
    assert (target.minutes, target.measure, target.published, target.source) == (2880, "resolve", False, "A test")


def test_an_overlay_may_add_a_row(tmp_path: Path) -> None:
    row = '[[distributor]]\nkey = "39"\nmpid = "DEMO"\nname = "Demonstration Networks"\nindependent = true'
    assert overlaid(tmp_path, "distributors", row) == ()
    assert len(load(PACKAGED, tmp_path).distributors) == 30


def test_what_is_no_readable_file_is_told_like_any_other_problem(tmp_path: Path) -> None:
    (tmp_path / "tiers.toml").mkdir()
    (tmp_path / "roles.toml").write_bytes(b"\xff\xfe[[role]]")
    told = {problem.file: problem.what for problem in examine(PACKAGED, tmp_path)[1]}
    assert told["tiers.toml"] == "The file cannot be read (Is a directory)."
    assert told["roles.toml"].startswith("This is not TOML")


def test_the_mark_that_some_editors_put_first_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "tiers.toml").write_bytes(
        b"\xef\xbb\xbf" + b'[[tier]]\nkey = "tier-0"\nplatform = "Crossdesk"\nsource = "A test"\n'
    )
    assert examine(PACKAGED, tmp_path)[1] == ()
