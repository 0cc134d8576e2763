from dataclasses import replace

import pytest
from django.db import ProgrammingError, connection

from crossdesk import rulebook
from crossdesk.cases.tests.cast import NOON
from crossdesk.editions.applying import applied, apply, plan
from crossdesk.editions.models import Edition
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db


def edited() -> rulebook.Rulebook:
    book = rulebook.packaged()
    desk = replace(book.desks["elexon"], name="Elexon desk of tomorrow")
    return replace(book, desks={**book.desks, "elexon": desk})


def test_an_applied_edition_reads_back_as_it_was() -> None:
    apply(rulebook.packaged(), by="operator", at=NOON)
    assert applied() == rulebook.packaged()


def test_the_same_rules_are_not_kept_twice() -> None:
    apply(rulebook.packaged(), by="operator", at=NOON)
    assert apply(rulebook.packaged(), by="operator", at=NOON) is None
    with verbs():
        assert Edition.objects.count() == 1


def test_a_plan_says_what_an_edit_changes() -> None:
    apply(rulebook.packaged(), by="operator", at=NOON)
    (change,) = plan(edited())
    assert "becomes Elexon desk of tomorrow" in change.words


def test_an_edition_is_final() -> None:
    apply(rulebook.packaged(), by="operator", at=NOON)
    with pytest.raises(ProgrammingError, match="permission denied"), verbs(), connection.cursor() as cursor:
        cursor.execute("update editions_edition set applied_by = 'x'")
