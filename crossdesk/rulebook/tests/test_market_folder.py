"""The packaged market folder says what the approach document says."""

from __future__ import annotations

import pytest

from crossdesk.rulebook import Rulebook, examine, load
from crossdesk.rulebook.kinds import KINDS
from crossdesk.rulebook.rows.row import Threshold

BOOK = load()

PARTIES = Threshold(phrase="Multiple Parties Impacted")
INDUSTRY = Threshold(phrase="Industry Wide Impact")


def says(phrase: str) -> Threshold:
    return Threshold(phrase=phrase)


APPENDIX_B = [
    (1, ("ldso",), Threshold(measure="mpans", count=100), Threshold(measure="mpans", count=500)),
    (2, ("dcc",), PARTIES, INDUSTRY),
    (3, ("supplier",), PARTIES, INDUSTRY),
    (4, ("metering-agent",), PARTIES, INDUSTRY),
    (5, ("dcc",), PARTIES, says("Critical Breach")),
    (6, ("elexon",), says("Delays in Market Processes"), INDUSTRY),
    (7, ("ldso",), PARTIES, says("Systemic Issue")),
    (8, ("elexon",), PARTIES, INDUSTRY),
    (9, ("supplier",), says("Multiple Erroneous Transfers"), says("Systemic Issue")),
    (10, ("elexon",), PARTIES, says("Financial Instability Risk")),
    (11, ("supplier", "metering-agent"), PARTIES, says("Settlement Issues Arise")),
    (12, ("elexon",), says("Delays Across Market Processes"), says("Market-Wide Failures")),
    (13, ("elexon",), PARTIES, INDUSTRY),
    (14, ("supplier",), says("Widespread Issue"), says("Systemic Issue")),
    (15, ("elexon",), PARTIES, says("Back Up needed")),
    (16, ("reporter",), PARTIES, says("Market-Wide Failures")),
    (17, ("ldso",), says("Systemic Issue"), says("Regulatory Breach")),
]


def test_the_packaged_rules_have_no_problem() -> None:
    assert examine()[1] == ()


@pytest.mark.parametrize(("row", "investigators", "cross_party", "major"), APPENDIX_B)
def test_each_row_of_appendix_b_is_exact(
    row: int, investigators: tuple[str, ...], cross_party: Threshold, major: Threshold
) -> None:
    scenario = BOOK.scenario_row(row)
    assert (scenario.first_investigators, scenario.cross_party, scenario.major) == (investigators, cross_party, major)
    assert scenario.source.endswith(f"Appendix B, row {row}")


def test_appendix_b_has_seventeen_rows() -> None:
    assert sorted(scenario.row for scenario in BOOK.scenarios.values()) == list(range(1, 18))


@pytest.mark.parametrize(
    ("mpans", "cross_party", "major"), [(100, False, False), (101, True, False), (501, True, True)]
)
def test_more_than_a_hundred_does_not_include_a_hundred(mpans: int, cross_party: bool, major: bool) -> None:
    scenario = BOOK.scenario_row(1)
    assert scenario.cross_party.crossed({"mpans": mpans}) is cross_party
    assert scenario.major.crossed({"mpans": mpans}) is major


@pytest.mark.parametrize(("meters", "begins"), [(9_999, False), (10_000, True)])
def test_ten_thousand_meters_and_more_includes_ten_thousand(meters: int, begins: bool) -> None:
    starts_at = BOOK.scenario_row(2).starts_at
    assert starts_at is not None
    assert starts_at.crossed({"meters": meters}) is begins


def test_a_phrase_is_left_to_a_person() -> None:
    assert BOOK.scenario_row(3).major.crossed({"mpans": 1_000_000}) is None


def test_every_row_names_a_source_and_a_day() -> None:
    assert all(row.source and row.since for kind in KINDS for row in BOOK.rows(kind).values())


def test_what_looks_odd_is_kept_as_written_and_flagged() -> None:
    switching = BOOK.desks["switching"]
    assert (switching.owner, switching.provider) == ("DCC", "RECCo")
    assert "swapped" in switching.note
    assert "row 8" in BOOK.scenario_row(6).note
    assert "row 6" in BOOK.scenario_row(8).note
    assert BOOK.scenario_row(6).cross_party != BOOK.scenario_row(8).cross_party
    assert "intrusion into Elexon systems" in BOOK.scenario_row(5).note


def test_ten_desks_and_one_of_them_faces_inward() -> None:
    assert len(BOOK.desks) == 10
    assert [desk.key for desk in BOOK.desks.values() if not desk.outsiders] == ["ldso-service-desk"]
    assert [desk.key for desk in BOOK.desks.values() if desk.kind == "help"] == ["ldso-help-desk"]


def test_five_processes_inside_and_six_outside() -> None:
    inside = [process.inside for process in BOOK.processes.values()]
    assert (inside.count(True), inside.count(False)) == (5, 6)


def test_fourteen_areas_and_fifteen_independents() -> None:
    independent = [distributor.independent for distributor in BOOK.distributors.values()]
    assert (independent.count(False), independent.count(True)) == (14, 15)


def test_only_the_published_targets_run_a_clock() -> None:
    figures = {key: target.minutes for key, target in BOOK.targets.items() if target.minutes}
    assert figures == {"dip-P1-resolve": 360, "dip-P2-resolve": 600}
    assert all(not target.published for key, target in BOOK.targets.items() if key not in figures)


def test_the_codes_that_look_invented_are_not_loaded() -> None:
    assert not [code for code in BOOK.codes if "REG1100" <= code <= "REG1175"]


def test_a_smart_metering_service_is_an_agent_and_no_supplier() -> None:
    assert BOOK.is_role("mss", "agent")
    assert not BOOK.is_role("mss", "supplier")


def test_the_rules_cannot_be_changed_in_passing() -> None:
    book: Rulebook = load()
    with pytest.raises(TypeError):
        book.desks["elexon"] = book.desks["dcc"]  # type: ignore[index]
