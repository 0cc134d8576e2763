"""Priority, codes, evidence and search: the smaller questions one asks of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdesk.rulebook import PACKAGED, load
from crossdesk.rulebook.evidence import required_evidence
from crossdesk.rulebook.explain import explain, find_codes
from crossdesk.rulebook.priority import priority, target_words
from crossdesk.rulebook.search import search

BOOK = load()


@pytest.mark.parametrize(
    ("impact", "urgency", "given"),
    [("market", "now", "P1"), ("several", "now", "P2"), ("several", "soon", "P3"), ("one", "later", "P4")],
)
def test_impact_and_urgency_give_a_priority_by_the_operators_matrix(impact: str, urgency: str, given: str) -> None:
    judged = priority(BOOK, f"impact-{impact}", f"urgency-{urgency}")
    assert (judged.priority, judged.published) == (given, False)
    assert judged.rule.endswith("The matrix is the operator's setting.")


@pytest.mark.parametrize(
    ("fault", "given"), [("dip-outage", "P1"), ("dip-degradation", "P2"), ("dip-connectivity", "P2")]
)
def test_a_published_fault_has_its_published_priority(fault: str, given: str) -> None:
    judged = priority(BOOK, "impact-one", "urgency-later", fault)
    assert (judged.priority, judged.published) == (given, True)


def test_a_target_is_shown_only_where_somebody_stands_behind_it(tmp_path: Path) -> None:
    assert target_words(BOOK, "P1", "resolve", "dip") == "6 h"
    assert target_words(BOOK, "P2", "resolve", "dip") == "10 h"
    assert target_words(BOOK, "P1", "resolve", "css") == "not published"
    assert target_words(BOOK, "P3", "resolve", "dip") == "not published"
    row = '[[target]]\nkey = "P3-resolve"\nminutes = 2910\nsource = "Service review"\n'
    (tmp_path / "priorities.toml").write_text(row)
    words = target_words(load(PACKAGED, tmp_path), "P3", "resolve", "dip")
    assert words == "48 h 30 min (the operator's setting, not published)"


def test_a_code_is_explained_with_who_answers_it() -> None:
    explanation = explain(BOOK, "reg0000")
    assert explanation is not None
    assert (explanation.code, explanation.answered_by, explanation.known) == ("REG0000", "Registration Service", True)
    assert "MPAN is not known" in explanation.meaning
    assert "help desk" in explanation.help_desk


@pytest.mark.parametrize(
    ("code", "words"), [("REG1100", "look invented"), ("REG1175", "look invented"), ("REG1176", "DES-138")]
)
def test_an_unloaded_code_is_not_given_a_meaning(code: str, words: str) -> None:
    explanation = explain(BOOK, code)
    assert explanation is not None
    assert not explanation.known
    assert words in explanation.meaning


def test_codes_are_found_in_free_text_once_each() -> None:
    text = "We got REG0000, then ecs 1001 and again reg0000; DES-138 page 12, MPAN 1200010000000, REG12, DSCA-999."
    assert find_codes(text) == ("REG0000", "ECS1001", "DSCA999")


def test_words_without_a_code_explain_nothing() -> None:
    assert explain(BOOK, "the message was refused") is None


def test_evidence_comes_in_order_once_each_with_everybody_who_asks() -> None:
    required = required_evidence(BOOK, "mpan-registration-failure", "ldso-help-desk", "missing-mpan-data")
    keys = [item.evidence.key for item in required]
    assert keys == ["references", "error-code", "transaction-id", "mpan", "timestamp", "affected-count"]
    mpan = next(item for item in required if item.evidence.key == "mpan")
    assert mpan.asked_by == ("MPAN registration failure", "LDSO Help Desk", "Appendix B, row 1")


def test_nothing_chosen_needs_nothing() -> None:
    assert required_evidence(BOOK) == ()


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("REG0000 on one MPAN", "code", "REG0000"),
        ("our certificate expired", "query type", "dip-technical-integration"),
        ("smart meters lost communications", "query type", "smart-metering-communication-failure"),
        ("wrong tariff on a bill", "query type", "incorrect-tariff-application"),
        ("power cut", "query type", "power-quality"),
        ("a message was rejected", "query type", "single-message-rejected"),
        ("I want to propose a change", "procedure", "change"),
        ("ERDS", "query type", "erds-css-interaction"),
    ],
)
def test_a_persons_own_words_find_the_right_thing_first(text: str, kind: str, key: str) -> None:
    first = search(BOOK, text)[0]
    assert (first.kind, first.key) == (kind, key)


def test_words_of_no_meaning_find_nothing() -> None:
    assert search(BOOK, "xyzzy") == ()
    assert search(BOOK, "") == ()
