"""Row by row against the tables of the approach document and the published facts, so that no edit loses one."""

from __future__ import annotations

import pytest

from crossdesk.rulebook import load
from crossdesk.rulebook.kinds import KINDS

BOOK = load()

COUNTS = {
    "stakeholders": 8,  # the table of section 1.5 has eight
    "tiers": 4,
    "processes": 11,
    "desks": 10,
    "stages": 6,
    "steps": 6,
    "outcomes": 3,
    "contents": 8,
    "scenarios": 17,
    "modes": 2,
    "distributors": 29,
    "interfaces": 60,
    "journal": 5,
    "priorities": 4,
    "faults": 4,
}

# Section 5: key, owner, provider, and whether those outside may raise there.
DESKS = [
    ("elexon", "Elexon", "Elexon", True),
    ("ldso-service-desk", "Each LDSO", "Each LDSO", False),
    ("ldso-help-desk", "Each LDSO", "Each LDSO", True),
    ("dcc", "DCC", "DCC", True),
    ("smart-metering", "SECCo", "DCC", True),
    ("supplier", "Suppliers", "Suppliers", True),
    ("rec", "RECCo", "REC Code Manager (Gemserv)", True),
    ("ees", "RECCo", "C&C Group", True),
    ("switching", "DCC", "RECCo", True),
    ("erds", "Each DNO/IDNO", "Each DNO/IDNO", True),
]

# Section 8: who has a tick in which step.
SWIM_LANES = {
    "case-raised": {"raiser"},
    "triage-and-categorisation": {"service-desk"},
    "assignment-to-resolver": {"service-desk", "resolver-group"},
    "engagement-of-external-party": {"service-desk", "external-desk"},
    "rca-and-resolution": {"service-desk", "resolver-group", "external-desk"},
    "closure-and-communication": {"raiser", "service-desk", "resolver-group", "external-desk"},
}

# Appendix B: the trigger and the first investigator in the document's own letters.
TRIGGERS = [
    ("LDSO detects incorrect/missing MPAN data affecting >100 MPANs.", "LDSO"),
    ("DCC identifies connectivity loss affecting 10,000+ smart meters.", "DCC"),
    ("Supplier identifies systemic tariff miscalculations affecting customers.", "Supplier"),
    ("Metering Agent submits incorrect energy data for settlements.", "Metering Agent"),
    ("Unauthorised intrusion detected in DCC or Elexon systems.", "DCC"),
    ("DIP fails to process market messages for settlement processing.", "Elexon"),
    ("Supplier reports customers assigned to incorrect MPANs due to MPRS registration errors.", "LDSO"),
    ("DIP fails to correctly route market messages, delaying settlement processes.", "Elexon"),
    ("Customer is incorrectly switched to a new supplier due to error or fraud.", "Suppliers"),
    (
        "Settlement discrepancies identified across multiple suppliers, indicating incorrect reconciliation data.",
        "Elexon",
    ),
    (
        "Supplier or metering agent reports missing customer billing/usage/settlement data due to database failure.",
        "Supplier / Metering Agent",
    ),
    (
        "Failure in Elexon core systems (DIP, MDS, VAS) prevents market participants from accessing/submitting data.",
        "Elexon",
    ),
    ("New market participant fails to onboard properly into CPSD, disrupting communication.", "Elexon"),
    ("Supplier uploads incorrect tariff data into Central Switching Service (CSS), affecting billing.", "Suppliers"),
    ("CPSD portal (ServiceNow) outage prevents incident logging and tracking.", "Elexon"),
    ("API or system integration failure disrupts cross-party transactions.", "Participant"),
    ("LDSO or supplier mistakenly disconnects MPAN, leading to wrongful customer disconnections.", "LDSO"),
]

AREAS = "EELC_A EMEB_B LOND_C MANW_D MIDE_E NEEB_F NORW_G HYDE_P SPOW_N SEEB_J SOUT_H SWAE_K SWEB_L YELG_M"
INDEPENDENTS = "IPNL LENG GUCL ETCL EDFI HARL PENL UKPD UDNL GGEN MPDL FEAL VATT FORB INDI"


@pytest.mark.parametrize(("kind", "count"), COUNTS.items())
def test_no_row_is_lost(kind: str, count: int) -> None:
    assert len(BOOK.rows(kind)) == count


def test_every_kind_of_row_has_some() -> None:
    assert [kind for kind in KINDS if not BOOK.rows(kind)] == []


def test_the_ten_desks_are_as_written() -> None:
    assert [(row.key, row.owner, row.provider, row.outsiders) for row in BOOK.desks.values()] == DESKS
    assert all(row.source.startswith("CPSD Approach v0.7, section 5, row") for row in BOOK.desks.values())


def test_the_swim_lanes_have_their_ticks() -> None:
    assert {key: set(step.responsible) for key, step in BOOK.steps.items()} == SWIM_LANES


@pytest.mark.parametrize(("row", "written"), list(enumerate(TRIGGERS, 1)))
def test_triggers_and_first_investigators_are_letter_for_letter(row: int, written: tuple[str, str]) -> None:
    scenario = BOOK.scenario_row(row)
    assert (scenario.trigger, scenario.first_investigator_as_written) == written


def test_numbers_stand_only_where_the_document_has_some() -> None:
    numbered = {row.row for row in BOOK.scenarios.values() if row.cross_party.count or row.major.count or row.starts_at}
    assert numbered == {1, 2}


def test_the_lifecycle_is_in_order() -> None:
    stages = sorted(BOOK.stages.values(), key=lambda stage: stage.order)
    assert [stage.key for stage in stages] == ["raised", "triage", "assigned", "engaged", "resolved", "closed"]


def test_only_raising_onward_and_owning_keep_a_case_open() -> None:
    assert {row.key: row.case_stays_open for row in BOOK.outcomes.values()} == {
        "redirect": False,
        "own": True,
        "raise-onward": True,
    }


def test_contents_go_both_ways() -> None:
    ways = [row.direction for row in BOOK.contents.values()]
    assert (ways.count("outward"), ways.count("inward")) == (4, 4)


def test_the_processes_inside_and_outside_by_name() -> None:
    inside = {key for key, row in BOOK.processes.items() if row.inside}
    assert inside == {"incident", "major-incident", "problem", "request", "knowledge"}
    outside = {key for key, row in BOOK.processes.items() if not row.inside}
    assert outside == {
        "change", "emergency-change", "service-catalogue", "release", "service-level", "continual-improvement",
    }  # fmt: skip


def test_distributors_by_number_code_and_area() -> None:
    areas = [f"{row.mpid}{row.gsp_group}" for row in BOOK.distributors.values() if not row.independent]
    assert areas == AREAS.split()
    independents = [row.mpid for row in BOOK.distributors.values() if row.independent]
    assert independents == INDEPENDENTS.split()
    assert list(BOOK.distributors) == [str(number) for number in range(10, 39)]


def test_published_faults_and_their_priorities() -> None:
    assert {key: row.priority for key, row in BOOK.faults.items()} == {
        "dip-outage": "P1",
        "dip-degradation": "P2",
        "dip-message-processing": "P2",
        "dip-connectivity": "P2",
    }


def test_interfaces_are_the_published_ones() -> None:
    reports = [key for key in BOOK.interfaces if key.startswith("REP-")]
    messages = [key for key in BOOK.interfaces if key.startswith("IF-")]
    assert (len(messages), len(reports)) == (48, 12)
    # Named in the text of the interface document only, without a schema: present, and said to be so.
    assert all(BOOK.interfaces[key].note for key in ("IF-030", "IF-042"))
    assert {"IF-010", "IF-011", "IF-012", "IF-017", "IF-029", "IF-046"}.isdisjoint(BOOK.interfaces)


def test_every_stage_of_the_journal_has_its_statuses() -> None:
    assert [len(row.statuses) for row in BOOK.journal.values()] == [4, 2, 3, 8, 5]


@pytest.mark.parametrize(
    ("family", "codes"),
    {
        "registration": 8,
        "registration-meters": 15,
        "registration-appointments": 12,
        "registration-relationships": 21,
        "registration-contracts": 17,
        "registration-migration": 10,
        "market-data": 12,
        "service-provider": 12,
        "data-service": 6,
        "data-amendment": 16,
        "relationships": 1,
        "dip": 2,
    }.items(),
)
def test_no_rejection_code_is_lost(family: str, codes: int) -> None:
    assert sum(code.family == family for code in BOOK.codes.values()) == codes


def test_what_nobody_has_published_says_so() -> None:
    assert not any(row.published for row in BOOK.matrix.values())
    assert not any(row.published for row in BOOK.unloaded.values())
    assert {key for key, row in BOOK.targets.items() if row.published} == {"dip-P1-resolve", "dip-P2-resolve"}


def test_each_oddity_of_the_document_is_flagged_and_kept() -> None:
    flagged = {
        BOOK.desks["switching"].note: "swapped",
        BOOK.desks["dcc"].note: "Overlaps",
        BOOK.desks["smart-metering"].note: "Overlaps",
        BOOK.stakeholders["elexon"].note: "Elxon",
        BOOK.scenario_row(5).note: "Elexon systems",
        BOOK.scenario_row(6).note: "row 8",
        BOOK.scenario_row(8).note: "row 6",
        BOOK.scenario_row(16).note: "reports it",
    }
    assert all(word in note for note, word in flagged.items())
