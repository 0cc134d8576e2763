"""Where the demonstration may be loaded, and that its stories speak as the rules do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crossdesk.access import Refused
from crossdesk.commands.demo import load_demo
from crossdesk.commands.demonstration.cast import table
from crossdesk.commands.demonstration.stories import FILES, rows
from crossdesk.parties.founding import found_party
from crossdesk.rulebook import current
from crossdesk.threads.viewer import verbs

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_database_in_use_is_refused() -> None:
    with verbs():
        found_party("Pennine Grid")
    with pytest.raises(Refused, match="loaded only into an empty one"):
        load_demo(NOON)


@pytest.mark.django_db
def test_the_stories_use_the_words_of_the_rules() -> None:
    rules = current()
    told = list(rows())
    assert len(told) >= 55
    assert {row["query_type"] for row in told if "item" not in row} <= set(rules.query_types)
    assert {row["item"] for row in told if "item" in row} <= set(rules.requests)
    assert {row["system"] for row in told if "system" in row} <= set(rules.systems)
    assert {row["scenario"] for row in told if "scenario" in row} <= set(rules.scenarios)
    assert {desk["rule"] for desk in table("parties.toml")["desk"]} <= set(rules.desks)
    assert {role for party in table("parties.toml")["party"] for role in party["roles"]} <= set(rules.roles)


def test_published_dates_and_counts_stay_in_the_words() -> None:
    words = " ".join(str(table(name)) for name in FILES)
    for published in ("200,428", "6 July 2023", "8 August 2023", "12 September 2023", "24 July 2022", "164", "121"):
        assert published in words
