import os

import psycopg
import pytest
from click.testing import CliRunner, Result

from crossdesk.cases.tests.cast import cast
from crossdesk.commands.audit import verify


@pytest.fixture
def told(committed: str) -> str:
    """A database in which one case was raised, and which commits."""
    cast().case()
    return committed


def run() -> Result:
    return CliRunner().invoke(verify, [])


def as_owner(database: str, *statements: str) -> None:
    with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], dbname=database, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)


def test_untouched_timelines_are_counted(told: str) -> None:
    result = run()
    assert (result.exit_code, result.output) == (0, "Chains: 1. Entries: 1. All are as they were written.\n")


def test_an_entry_that_the_owner_changed_is_named(told: str) -> None:
    as_owner(
        told,
        "drop trigger entries_are_final on threads_entry",
        "update threads_entry set happened_at = happened_at - interval '1 day'",
    )
    result = run()
    assert result.exit_code == 1
    assert "Entry 1 of the raiser chain of thread" in result.output
    assert "its record was changed" in result.output


def test_words_that_the_owner_changed_are_named(told: str) -> None:
    as_owner(told, "update threads_entrybody set words = 'Nothing happened.'")
    result = run()
    assert (result.exit_code, "its words were changed" in result.output) == (1, True)


def test_a_timeline_that_the_owner_emptied_is_named(told: str) -> None:
    as_owner(
        told,
        "drop trigger entries_are_final on threads_entry",
        "truncate threads_entrybody",
    )
    assert "its words are missing" in run().output
    as_owner(told, "truncate threads_entry cascade")
    assert "every entry of the chain is missing" in run().output
