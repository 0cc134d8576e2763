from datetime import UTC, datetime

import pytest

from crossdesk.access import Refused
from crossdesk.cases.models import Case
from crossdesk.commands.demo import load_demo, sign_ins
from crossdesk.parties.founding import found_party
from crossdesk.parties.models import Person
from crossdesk.threads.chain import broken_links
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_demonstration_ends_just_before_the_moment_it_was_loaded() -> None:
    assert load_demo(NOON)
    with verbs():
        last = Entry.objects.latest("happened_at").happened_at
        assert list(broken_links()) == []
        assert Case.objects.count() >= 10
    assert 0 < (NOON - last).total_seconds() < 600
    assert not load_demo(NOON), "a second load leaves it as it is"
    for line in sign_ins():
        assert Person.objects.get(email=line.email).check_password(line.password)


def test_a_database_in_use_is_refused() -> None:
    with verbs():
        found_party("Pennine Grid")
    with pytest.raises(Refused, match="loaded only into an empty one"):
        load_demo(NOON)
