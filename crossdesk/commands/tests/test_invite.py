import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from django.test import Client

from crossdesk.access import Invalid, Role
from crossdesk.commands.invite import invite, invite_first
from crossdesk.desks.models import Desk
from crossdesk.desks.seats import acting_for
from crossdesk.parties.models import Party, Person
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_first_person_administers_the_desk_that_works_here() -> None:
    ada, desk = invite_first("Ada@Desk.example", "Ada Quill", NOON)
    with verbs():
        chosen = acting_for(ada, None, NOON).chosen
    assert chosen is not None
    assert chosen.roles == {Role.ADMINISTRATOR, Role.AGENT}
    assert list(chosen.desk_names.values()) == [desk.name] == ["Elexon Service Desk"]


def test_the_link_leads_to_a_first_password_and_works_once(client: Client) -> None:
    told = CliRunner().invoke(invite, ["ada@desk.example", "--name", "Ada Quill"])
    link = re.search(r"/invitation/\S+", told.output)
    assert link, told.output
    client.post(link[0], {"password": "a quiet desk in the north"})
    assert Person.objects.get(email="ada@desk.example").check_password("a quiet desk in the north")
    assert client.get(link[0]).status_code == 410
    with pytest.raises(Invalid, match="can sign in already"):
        invite_first("ADA@desk.example", "Ada Quill", NOON)


def test_the_central_desks_come_from_the_rules_and_are_made_once() -> None:
    first, _ = invite_first("ada@desk.example", "Ada Quill", NOON)
    again, _ = invite_first("ada@desk.example", "Ada Quill", NOON)
    assert first == again
    with verbs():
        found = sorted(Desk.objects.values_list("rule", flat=True))
        owners = set(Party.objects.filter(desks__isnull=False).values_list("name", flat=True))
    assert found == ["dcc", "ees", "elexon", "rec", "smart-metering", "switching"]
    assert owners == {"Elexon", "DCC", "SECCo", "RECCo"}


def test_nobody_is_invited_without_an_address_or_a_name() -> None:
    with pytest.raises(Invalid, match="is not an e-mail address"):
        invite_first("ada", "Ada Quill", NOON)
    with pytest.raises(Invalid, match="Give the person's name"):
        invite_first("ada@desk.example", " ", NOON)
