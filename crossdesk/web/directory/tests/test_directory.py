"""The directory: what anybody may look up, and what only a party's administrators and desk agents may keep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.parties.models import Contact, Membership, Person
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db


def with_administrator() -> tuple[Cast, Client]:
    """Priya keeps Sycamore's people."""
    people = cast()
    with verbs():
        Membership.objects.filter(person=people.priya.person).update(roles=[Role.ADMINISTRATOR, Role.SERVICE_USER])
    return people, at_browser(people.priya)


def sycamore(people: Cast, rest: str = "") -> str:
    return f"/directory/parties/{people.sycamore.pk}/{rest}"


def page(client: Client, address: str, words: dict[str, Any] | None = None) -> str:
    answer = client.post(address, words, follow=True) if words is not None else client.get(address)
    return answer.content.decode()


def test_parties_and_desks_are_listed_and_filtered(django_assert_max_num_queries: Any) -> None:
    people = cast()
    client = at_browser(people.hal)
    with django_assert_max_num_queries(22):
        every = page(client, "/directory/")
    assert "Sycamore Energy</a>" in every
    assert "Pennine Grid help desk" in every
    ldsos = page(client, "/directory/?role=ldso")
    assert "Sycamore Energy</a>" not in ldsos
    assert "Pennine Grid</a>" in page(client, "/directory/?q=16")
    assert "No desk fits" in page(client, "/directory/?rule=dcc")


def test_a_desk_shows_what_it_covers_and_says_what_nobody_published() -> None:
    people = cast()
    shown = page(at_browser(people.hal), f"/directory/desks/{people.pennine_help.pk}/")
    assert "MPAN registration failure" in shown
    assert "CPSD Approach v0.7, section 5, row 3" in shown
    assert "not published; set by operator" in shown
    assert "2 h 00 m, set by operator" in shown


def test_an_administrator_invites_a_person_who_then_signs_in() -> None:
    people, client = with_administrator()
    words = {"email": "Omar@sycamore.example", "name": "Omar Diaz", "roles": ["service_user"]}
    invited = page(client, sycamore(people, "people/"), words)
    link = invited.split('<span class="mono">')[1].split("</span>")[0].split("8000", 1)[-1]
    fresh = Client()
    assert "Omar Diaz, choose the password" in page(fresh, link)
    assert "too short" in page(fresh, link, {"password": "short"})
    page(fresh, link, {"password": "quiet river stones"})
    assert fresh.get(link).status_code == 410
    fresh.post("/account/login/", {"login": "omar@sycamore.example", "password": "quiet river stones"})
    assert "Omar Diaz</span> for <b>Sycamore Energy</b>" in page(fresh, "/cases/")


def test_what_was_typed_is_kept_when_an_invitation_is_refused() -> None:
    people, client = with_administrator()
    words = {"email": "omar at sycamore", "name": "<i>Omar</i>", "roles": ["service_user"]}
    refused = page(client, sycamore(people, "people/"), words)
    assert "is not an e-mail address" in refused
    assert "&lt;i&gt;Omar" in refused


def test_a_membership_ends_and_shows_nothing_from_then_on() -> None:
    people, client = with_administrator()
    page(client, sycamore(people, "people/"), {"email": "hal@harrier.example", "roles": ["service_user"]})
    with verbs():
        membership = Membership.objects.get(person=people.hal.person, party=people.sycamore)
    page(client, f"/directory/memberships/{membership.pk}/", {"end": "1"})
    hal = at_browser(people.hal)
    assert hal.post("/acting/", {"party": str(people.sycamore.pk)}).status_code == 403


def test_the_last_administrator_stays() -> None:
    people, client = with_administrator()
    with verbs():
        membership = Membership.objects.get(person=people.priya.person)
    answer = page(client, f"/directory/memberships/{membership.pk}/", {"roles": ["service_user"]})
    assert "the last party administrator of Sycamore Energy" in answer


def test_others_keep_nobody_and_see_nobody() -> None:
    people, _ = with_administrator()
    with verbs():
        membership = Membership.objects.get(person=people.priya.person)
    hal = at_browser(people.hal)
    assert "priya@sycamore.example" not in page(hal, sycamore(people))
    refused = hal.post(sycamore(people, "people/"), {"email": "x@y.example", "name": "X", "roles": ["agent"]})
    assert refused.status_code == 403
    assert "Only Sycamore Energy itself keeps its people" in refused.content.decode()
    assert hal.post(f"/directory/memberships/{membership.pk}/", {"end": "1"}).status_code == 404


def test_a_desk_agent_records_a_contact_with_who_nominated_it_and_when() -> None:
    people = cast()
    nia = at_browser(people.nia)
    words = {"name": "Settlement team", "address": "settlement@sycamore.example", "may_raise": "on"}
    assert "Say who at Sycamore Energy nominated" in page(nia, sycamore(people, "contacts/"), words)
    said = {**words, "nominated_by": "Priya Nair", "nominated_at": f"{NOON - timedelta(days=9):%Y-%m-%d}"}
    shown = page(nia, sycamore(people, "contacts/"), said)
    assert "by Priya Nair" in shown
    assert "Nia Bevan, Elexon" in shown
    assert "is already a contact" in page(nia, sycamore(people, "contacts/"), said)
    with verbs():
        contact = Contact.objects.get()
    assert "settlement@sycamore.example" not in page(at_browser(people.hal), sycamore(people))
    page(nia, f"/directory/contacts/{contact.pk}/end/", {})
    with verbs():
        assert not Contact.objects.filter(ended_at=None).exists()


def test_a_service_user_records_no_contact() -> None:
    people = cast()
    words = {"name": "Team", "address": "team@sycamore.example"}
    refused = at_browser(people.priya).post(sycamore(people, "contacts/"), words)
    assert refused.status_code == 403
    assert Person.objects.count() == 5
