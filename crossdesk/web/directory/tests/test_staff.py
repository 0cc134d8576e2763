"""People, places and groups kept from the pages; and a directory that grows without touching SQL."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from crossdesk.access import Role
from crossdesk.accounts.letters import send_account_letters
from crossdesk.cases.tests.cast import NOON, PASSWORD
from crossdesk.commands.invite import invite_first
from crossdesk.desks.models import Desk, DeskMember, GroupMember
from crossdesk.desks.seats import acting_for
from crossdesk.exchange.tests.post_office import post_office
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership, Party, Person
from crossdesk.threads.viewer import verbs
from crossdesk.web.directory.tests.test_directory import page, sycamore, with_administrator
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db


def test_an_invitation_goes_by_letter_and_its_state_is_told() -> None:
    people, client = with_administrator()
    words = {"email": "omar@sycamore.example", "name": "Omar Diaz", "roles": ["service_user"], "how": "letter"}
    shown = page(client, sycamore(people, "people/"), words)
    assert "A letter is on its way to omar@sycamore.example" in shown
    assert "invited by letter, on its way; no password chosen yet" in shown
    with post_office() as office, override_settings(SMTP_URL=office.url):
        assert send_account_letters() == 1
    body = office.letters[0].get_body(("plain",))
    assert body
    text = body.get_content()
    assert "Priya Nair, Sycamore Energy has invited you to act for Sycamore Energy" in text.replace("\n", " ")
    assert "invited by letter, sent; no password chosen yet" in page(client, sycamore(people, "people/"))
    link = re.search(r"/invitation/\S+", text)
    assert link
    page(Client(), link[0], {"password": "quiet river stones"})
    newcomer = Client()
    newcomer.post("/account/login/", {"login": "omar@sycamore.example", "password": "quiet river stones"})
    shown = page(client, sycamore(people, "people/"))
    assert "no password chosen yet" not in shown
    assert "last signed in" in shown


def test_a_competitor_neither_sees_nor_keeps_these_people() -> None:
    people, _ = with_administrator()
    with verbs():
        Membership.objects.filter(person=people.hal.person).update(roles=[Role.ADMINISTRATOR])
        theirs = Membership.objects.get(person=people.priya.person)
    hal = at_browser(people.hal)
    answer = hal.get(sycamore(people, "people/"))
    assert answer.status_code == 403
    assert "priya@sycamore.example" not in answer.content.decode()
    for path in ("places/", "invitation/", ""):
        assert hal.post(f"/directory/memberships/{theirs.pk}/{path}", {"end": "1"}).status_code == 404
    assert hal.post(f"/directory/desks/{people.elexon_desk.pk}/groups/", {"name": "Ours"}).status_code == 403
    assert hal.post(f"/directory/groups/{people.dip_team.pk}/", {"members": "1"}).status_code == 403
    for path in ("parties/new/", f"parties/{people.harrier.pk}/roles/", f"desks/new/?owner={people.harrier.pk}"):
        assert hal.get(f"/directory/{path}").status_code == 403


def test_a_place_at_a_desk_and_in_a_group_is_given_and_ends() -> None:
    people, _ = with_administrator()
    with verbs():
        Membership.objects.filter(person=people.nia.person).update(roles=[Role.ADMINISTRATOR, Role.AGENT])
        tom = Membership.objects.get(person=people.tom.person)
    client, desk = at_browser(people.nia), people.elexon_desk
    page(client, f"/directory/memberships/{tom.pk}/places/", {})
    with verbs():
        assert not GroupMember.objects.filter(membership=tom).exists()
        chosen = acting_for(Person.objects.get(pk=people.tom.person or 0), None, now()).chosen
    assert chosen is not None
    assert chosen.desks == ()
    page(client, f"/directory/memberships/{tom.pk}/places/", {"desks": [desk.pk]})
    assert "The group Registrations is there." in page(
        client, f"/directory/desks/{desk.pk}/groups/", {"name": "Registrations"}
    )
    with verbs():
        group = desk.groups.get(name="Registrations")
    page(client, f"/directory/groups/{group.pk}/", {"members": [tom.pk]})
    with verbs():
        assert DeskMember.objects.get(desk=desk, membership=tom).until is None
        assert GroupMember.objects.filter(group=group, membership=tom).count() == 1


def test_nobody_without_a_role_for_desk_work_gets_a_place() -> None:
    people, _ = with_administrator()
    with verbs():
        Membership.objects.filter(person=people.nia.person).update(roles=[Role.ADMINISTRATOR, Role.AGENT])
        Membership.objects.filter(person=people.tom.person).update(roles=[Role.SERVICE_USER])
        tom = Membership.objects.get(person=people.tom.person)
        DeskMember.objects.filter(membership=tom).delete()
    client = at_browser(people.nia)
    refused = page(client, f"/directory/memberships/{tom.pk}/places/", {"desks": [people.elexon_desk.pk]})
    assert "Tom Okafor has no role for desk work" in refused


def test_the_first_administrator_makes_everything_from_the_pages() -> None:
    ada, _ = invite_first("ada@desk.example", "Ada Quill", NOON)
    ada.set_password(PASSWORD)
    ada.save()
    client = Client()
    client.post("/account/login/", {"login": "ada@desk.example", "password": PASSWORD})
    grid = {
        "name": "Dale Grid", "short": "", "role-ldso": "1", "mpid-ldso": "dale", "distributor-ldso": "31",
        "person": "Di Hart", "email": "di@dale.example", "how": "link",
    }  # fmt: skip
    assert "MPID is four" in page(client, "/directory/parties/new/", {**grid, "mpid-ldso": "toolong"})
    link = re.search(r"/invitation/[\w/-]+", page(client, "/directory/parties/new/", grid))
    assert link
    with verbs():
        party = Party.objects.get(name="Dale Grid")
        assert [(held.mpid, held.distributor_id) for held in party.market_roles.all()] == [("DALE", "31")]
    desk = {
        "rule": "ldso-help-desk", "provider": party.pk, "name": "Dale Grid help desk", "home": "hosted",
        "address": "help@dale.example", "hours": "08:00 to 18:00", "triage_minutes": "30", "answer_minutes": "120",
    }  # fmt: skip
    assert "does not hold the market role" in page(
        client, f"/directory/desks/new/?owner={party.pk}", {**desk, "rule": "supplier-service-desk"}
    ) or "Choose which desk of the rules" in page(
        client, f"/directory/desks/new/?owner={party.pk}", {**desk, "rule": "none"}
    )
    assert "Dale Grid help desk is open" in page(client, f"/directory/desks/new/?owner={party.pk}", desk)
    page(Client(), link[0], {"password": "quiet river stones"})
    theirs = Client()
    theirs.post("/account/login/", {"login": "di@dale.example", "password": "quiet river stones"})
    shown = page(theirs, f"/directory/parties/{party.pk}/people/")
    assert "Resolver groups of Dale Grid help desk" in shown
    with verbs():
        opened = Desk.objects.get(name="Dale Grid help desk")
        own = Membership.objects.get(party=party)
    page(theirs, f"/directory/memberships/{own.pk}/", {"roles": ["administrator", "agent"]})
    page(theirs, f"/directory/memberships/{own.pk}/places/", {"desks": [opened.pk]})
    assert theirs.get("/queue/").status_code == 200
    kept = page(theirs, f"/directory/desks/{opened.pk}/keeping/", {**desk, "hours": "all day"})
    assert "all day" in kept
