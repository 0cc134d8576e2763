from datetime import UTC, datetime

import pytest

from crossdesk.access import Invalid, Role
from crossdesk.commands.invite import invite_first
from crossdesk.desks.models import Desk
from crossdesk.desks.seats import acting_for
from crossdesk.parties.models import Party, Person
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_first_person_administers_the_desk_that_works_here() -> None:
    desk, password = invite_first("Ada@Desk.example", "Ada Quill", NOON)
    ada = Person.objects.get(email="ada@desk.example")
    with verbs():
        chosen = acting_for(ada, None, NOON).chosen
    assert chosen is not None
    assert ada.check_password(password)
    assert chosen.roles == {Role.ADMINISTRATOR, Role.AGENT}
    assert list(chosen.desk_names.values()) == [desk] == ["Elexon Service Desk"]


def test_the_central_desks_come_from_the_rules_and_are_made_once() -> None:
    invite_first("ada@desk.example", "Ada Quill", NOON)
    invite_first("sam@desk.example", "Sam Quill", NOON)
    with verbs():
        found = sorted(Desk.objects.values_list("rule", flat=True))
        owners = set(Party.objects.filter(desks__isnull=False).values_list("name", flat=True))
    assert found == ["dcc", "ees", "elexon", "rec", "smart-metering", "switching"]
    assert owners == {"Elexon", "DCC", "SECCo", "RECCo"}


def test_nobody_is_invited_twice_or_without_an_address() -> None:
    invite_first("ada@desk.example", "Ada Quill", NOON)
    with pytest.raises(Invalid, match="can sign in already"):
        invite_first("ADA@desk.example", "Ada Quill", NOON)
    with pytest.raises(Invalid, match="is not an e-mail address"):
        invite_first("ada", "Ada Quill", NOON)
