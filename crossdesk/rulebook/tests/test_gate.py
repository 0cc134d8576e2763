from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crossdesk.rulebook import load
from crossdesk.rulebook.book import Rulebook
from crossdesk.rulebook.gate import Gate, Question, gate

BOOK = load()
SUPPLIER = frozenset({"supplier"})
SMART_METERING_SERVICE = frozenset({"mss"})
LONDON_MPAN = "1200010000000"


def asked(query_type: str, roles: frozenset[str] = SUPPLIER, **said: object) -> Gate:
    return gate(BOOK, Question(query_type, roles, **said))  # type: ignore[arg-type]


def desks(answer: Gate) -> list[str]:
    return [offer.desk for offer in answer.desks]


@pytest.mark.parametrize("query", [query for query in BOOK.query_types.values() if query.nature != "message"])
def test_every_covered_query_is_offered_the_desk_that_covers_it(query) -> None:  # type: ignore[no-untyped-def]
    answer = asked(query.key, frozenset({"elexon"}))
    assert {desk.key for desk in BOOK.desks_covering(query.key)} <= set(desks(answer))
    assert answer.source


def test_an_outside_process_is_sent_to_its_own_procedure() -> None:
    answer = asked("change")
    assert (answer.kind, answer.desks) == ("procedure", ())
    assert answer.why.startswith("Change management keeps its own procedure.")


def test_an_inside_request_comes_to_the_desk() -> None:
    assert desks(asked("service-request")) == ["elexon"]


@pytest.mark.parametrize(
    "query_type", ["mpan-registration-failure", "smart-metering-communication-failure", "rec-query"]
)
def test_technical_integration_always_goes_to_elexon(query_type: str) -> None:
    answer = asked(query_type, area=LONDON_MPAN, technical_integration=True)
    assert desks(answer) == ["elexon"]
    assert answer.source == "CPSD Approach v0.7, section 2"


def test_one_rejected_message_is_not_for_a_service_desk() -> None:
    answer = asked("single-message-rejected")
    assert (answer.kind, answer.desks) == ("existing route", ())
    assert answer.existing_route == ("knowledge", "SDEP", "LDSO help desk")


def test_one_message_about_a_registration_may_go_to_the_help_desk() -> None:
    answer = asked("mpan-registration-failure", nature="message", area="12")
    assert (answer.kind, desks(answer)) == ("existing route", ["ldso-help-desk"])


def test_many_rejected_messages_are_for_the_service_desk() -> None:
    assert desks(asked("single-message-rejected", bulk=True)) == ["elexon"]


@pytest.mark.parametrize(("mpans", "kind"), [(0, "existing route"), (100, "existing route"), (101, "raise")])
def test_messages_are_many_above_a_hundred_mpans(mpans: int, kind: str) -> None:
    assert asked("single-message-rejected", mpans=mpans).kind == kind


@pytest.mark.parametrize(("mpans", "notes"), [(100, 0), (101, 1), (500, 1), (501, 2)])
def test_crossing_a_threshold_of_appendix_b_is_said(mpans: int, notes: int) -> None:
    assert len(asked("incorrect-mpan-status", mpans=mpans).notes) == notes


def test_a_business_question_leaves_the_service_desk() -> None:
    assert asked("lss-issue", nature="business").kind == "existing route"
    assert asked("lss-issue").kind == "raise"


def test_a_bsc_query_stays_with_the_desk_that_covers_it_by_name() -> None:
    assert desks(asked("bsc-query", nature="business")) == ["elexon"]


@pytest.mark.parametrize("query_type", ["smart-metering-communication-failure", "mass-data-outage"])
def test_the_dcc_and_smart_metering_desks_are_both_offered_with_the_difference(query_type: str) -> None:
    answer = asked(query_type)
    assert (answer.kind, desks(answer)) == ("choose", ["dcc", "smart-metering"])
    assert all(offer.difference for offer in answer.desks)


def test_missing_reads_are_the_dccs_alone() -> None:
    answer = asked("missing-meter-reads")
    assert desks(answer) == ["dcc"]
    assert answer.desks[0].difference == ""


@pytest.mark.parametrize("query_type", ["mpan-registration-failure", "erds-css-interaction"])
def test_smrs_and_erds_are_both_offered_with_the_difference(query_type: str) -> None:
    answer = asked(query_type, area=LONDON_MPAN)
    assert set(desks(answer)) == {"ldso-help-desk", "erds"}
    words = " ".join(offer.difference for offer in answer.desks)
    assert "SMRS" in words
    assert "CSS" in words


def test_an_mpan_says_whose_help_desk_it_is() -> None:
    [offer] = asked("incorrect-mpan-status", area=LONDON_MPAN).desks
    assert (offer.of, offer.ask) == ("12 LOND London", "")


@pytest.mark.parametrize(("area", "ask"), [("", "Give the MPAN"), ("39", "No distributor 39")])
def test_without_a_known_area_the_gate_asks(area: str, ask: str) -> None:
    assert asked("incorrect-mpan-status", area=area).desks[0].ask.startswith(ask)


def test_a_supplier_desk_asks_which_supplier() -> None:
    assert asked("customer-billing-discrepancy").desks[0].ask == "Say which supplier it is."
    assert asked("customer-billing-discrepancy", area="Bright Demo Energy").desks[0].of == "Bright Demo Energy"


@pytest.mark.parametrize("roles", [SUPPLIER, SMART_METERING_SERVICE, frozenset()])
def test_outsiders_get_the_help_desk_instead_of_the_inward_service_desk(roles: frozenset[str]) -> None:
    answer = asked("ldso-technical-service", roles)
    assert desks(answer) == ["ldso-help-desk"]
    assert [desk.desk for desk in answer.withheld] == ["ldso-service-desk"]
    assert "faces inward" in answer.why


@pytest.mark.parametrize("role", ["elexon", "dcc", "dip-operator"])
def test_central_providers_reach_the_inward_service_desk(role: str) -> None:
    assert desks(asked("ldso-major-incident", frozenset({role}))) == ["ldso-service-desk"]


def test_a_role_that_may_raise_nowhere_is_told_why() -> None:
    answer = asked("power-quality", frozenset({"ldso"}))
    assert (answer.desks, answer.kind) == ((), "existing route")
    assert "takes cases only from: Supplier, Supplier agent" in answer.why


CLOSED = date(2027, 6, 1)


def closing(day: date | None) -> Rulebook:
    home = replace(BOOK.homes["centre-of-excellence"], closes=day)
    return replace(BOOK, homes={home.key: home})


@pytest.mark.parametrize(("closes", "on"), [(None, CLOSED), (CLOSED, None), (CLOSED, date(2027, 5, 31))])
def test_what_fits_no_desk_stays_with_the_programme_while_it_runs(closes: date | None, on: date | None) -> None:
    answer = gate(closing(closes), Question("mhhs-general-query", SUPPLIER, on=on))
    assert (answer.desks, answer.kind) == ((), "existing route")
    assert "Until the Programme closes" in answer.why
    assert ("1 Jun 2027" if closes else "not published") in answer.why


@pytest.mark.parametrize("on", [CLOSED, date(2040, 1, 1)])
def test_once_it_has_closed_elexon_takes_it_without_end(on: date) -> None:
    answer = gate(closing(CLOSED), Question("mhhs-general-query", SUPPLIER, on=on))
    assert desks(answer) == ["elexon"]
    assert "as MHHS Centre of Excellence" in answer.why
    assert gate(closing(CLOSED), Question("rec-query", SUPPLIER, on=on)).desks == asked("rec-query").desks
