"""Signing in through one's organisation's own provider: a real OpenID Connect provider over HTTP, and signed SAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.auth import SESSION_KEY
from django.test import Client
from oidc_provider_mock import User, run_server_in_thread

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.accounts import providing
from crossdesk.accounts.models import IdentityProvider
from crossdesk.accounts.providing import Said
from crossdesk.cases.tests.cast import NOON, PASSWORD, Cast, as_viewer, cast
from crossdesk.kit.time import now
from crossdesk.parties.founding import join
from crossdesk.parties.models import Membership, Party, Person
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.signed import acting_in

pytestmark = pytest.mark.django_db
SAID = Said("oidc", "sycamore.example", "http://127.0.0.1:9", "crossdesk", "quiet secret")


def administrator(people: Cast, viewer: Viewer) -> Viewer:
    with verbs():
        Membership.objects.filter(person=viewer.person).update(roles=[Role.ADMINISTRATOR, Role.SERVICE_USER])
        person = Person.objects.get(pk=viewer.person or 0)
    return as_viewer(person)


def keep(people: Cast, **changed: Any) -> IdentityProvider:
    by = administrator(people, people.priya)
    with verbs():
        return providing.keep(people.sycamore, replace(SAID, **changed), by=by, at=NOON)


@contextmanager
def provider(*known: tuple[str, str], **claims: Any) -> Iterator[str]:
    """Its people, each by number and address; the address of the issuer."""
    users = [User(sub=number, claims={"email": address, **claims}) for number, address in known]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def sign_in(client: Client, party: Party, number: str) -> Any:
    """As a browser does it: to us, to the provider, and back to us with what it gave."""
    away = client.get(f"/account/provider/oidc/{party.pk}/login/")
    assert away.status_code == 302, away.content
    there = requests.post(away["Location"], data={"sub": number}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    return client.get(f"{back.path}?{back.query}", follow=True)


def test_the_provider_lets_in_a_live_member_of_its_party() -> None:
    people = cast()
    with provider(("77", "Priya@sycamore.example")) as issuer:
        keep(people, issuer=issuer)
        client = Client(SERVER_NAME="127.0.0.1")
        assert sign_in(client, people.sycamore, "77").status_code == 200
        assert "for <b>Sycamore Energy</b>" in client.get("/cases/").content.decode()


@pytest.mark.parametrize("who", ["hal@harrier.example", "nobody@sycamore.example", "gwen@sycamore.example"])
def test_it_lets_in_nobody_else_and_makes_no_account(who: str) -> None:
    people = cast()
    with provider(("78", who)) as issuer:
        keep(people, issuer=issuer)
        with verbs():
            Person.objects.filter(pk=people.gwen.person or 0).update(email="gwen@sycamore.example")  # no member there
        before = Person.objects.count()
        answer = sign_in(Client(SERVER_NAME="127.0.0.1"), people.sycamore, "78")
    assert answer.status_code == 403
    assert "You were not let in" in answer.content.decode()
    assert Person.objects.count() == before


def test_an_ended_member_is_not_let_in_even_where_the_providers_word_is_an_invitation() -> None:
    people = cast()
    with provider(("77", "priya@sycamore.example")) as issuer:
        keep(people, issuer=issuer, invites=True)
        with verbs():
            Membership.objects.filter(person=people.priya.person).update(until=now())
        assert sign_in(Client(SERVER_NAME="127.0.0.1"), people.sycamore, "77").status_code == 403


def test_where_the_party_says_so_its_providers_word_is_an_invitation_as_service_user() -> None:
    people = cast()
    with provider(("79", "new@sycamore.example"), name="Nora New") as issuer:
        keep(people, issuer=issuer, invites=True)
        assert sign_in(Client(SERVER_NAME="127.0.0.1"), people.sycamore, "79").status_code == 200
    with verbs():
        made = Membership.objects.select_related("person").get(person__email="new@sycamore.example")
    assert (made.party_id, made.roles, made.person.name) == (people.sycamore.pk, ["service_user"], "Nora New")


def test_it_opens_its_own_partys_membership_and_no_other() -> None:
    """Priya acts for Harrier as well: what Sycamore's provider says opens nothing of Harrier's."""
    people = cast()
    with provider(("77", "priya@sycamore.example")) as issuer:
        keep(people, issuer=issuer)
        with verbs():
            join(Person.objects.get(pk=people.priya.person or 0), people.harrier, Role.SERVICE_USER, since=NOON)
            Person.objects.filter(pk=people.priya.person or 0).update(default_party=people.harrier)
        client = Client(SERVER_NAME="127.0.0.1")
        sign_in(client, people.sycamore, "77")
    assert "for <b>Sycamore Energy</b>" in client.get("/cases/").content.decode()
    assert client.post("/acting/", {"party": people.harrier.pk}).status_code == 403
    assert seats_in(client) == {people.sycamore.seat_id}
    with verbs():
        Membership.objects.filter(person=people.priya.person, party=people.sycamore).update(until=now())
    assert client.get("/cases/").status_code == 403
    assert seats_in(client) == set()


def seats_in(client: Client) -> set[int]:
    """What pages and the live stream ask alike."""
    with verbs():
        person = Person.objects.get(pk=int(client.session[SESSION_KEY]))
        chosen = acting_in(client.session, person, now()).chosen
    return set(chosen.seats) if chosen else set()


@pytest.mark.parametrize("path", ["2fa/webauthn/add/", "2fa/totp/activate/", "password/change/", "reauthenticate/"])
def test_such_a_session_changes_nothing_of_how_the_person_signs_in(path: str) -> None:
    people = cast()
    with provider(("77", "priya@sycamore.example")) as issuer:
        keep(people, issuer=issuer)
        client = Client(SERVER_NAME="127.0.0.1")
        sign_in(client, people.sycamore, "77")
    refused = client.get(f"/account/{path}")
    assert refused.status_code == 403
    assert "speaks for that organisation alone" in refused.content.decode()


def test_an_address_that_passed_to_somebody_else_opens_nothing() -> None:
    people = cast()
    with provider(("77", "priya@sycamore.example"), ("99", "priya@sycamore.example")) as issuer:
        keep(people, issuer=issuer)
        assert sign_in(Client(SERVER_NAME="127.0.0.1"), people.sycamore, "77").status_code == 200
        assert sign_in(Client(SERVER_NAME="127.0.0.1"), people.sycamore, "99").status_code == 403


def test_an_address_the_provider_calls_unproven_opens_nothing() -> None:
    people = cast()
    with provider(("77", "priya@sycamore.example"), email_verified=False) as issuer:
        keep(people, issuer=issuer)
        assert sign_in(Client(SERVER_NAME="127.0.0.1"), people.sycamore, "77").status_code == 403


def test_an_answer_meant_for_another_party_is_refused() -> None:
    people = cast()
    with provider(("77", "priya@sycamore.example")) as issuer:
        keep(people, issuer=issuer)
        hal = administrator(people, people.hal)
        with verbs():
            providing.keep(
                people.harrier,
                Said(**{**SAID.__dict__, "issuer": issuer, "domains": "harrier.example"}),
                by=hal,
                at=NOON,
            )
        client = Client(SERVER_NAME="127.0.0.1")
        away = client.get(f"/account/provider/oidc/{people.harrier.pk}/login/")
        there = requests.post(away["Location"], data={"sub": "77"}, allow_redirects=False, timeout=10)
        query = urlsplit(there.headers["Location"]).query
        assert client.get(f"/account/provider/oidc/{people.sycamore.pk}/login/callback/?{query}").status_code == 403
        assert client.get(f"/account/provider/oidc/{people.harrier.pk}/login/callback/?{query}").status_code == 403


def test_a_provider_switched_off_or_unknown_is_not_there() -> None:
    people = cast()
    keep(people, switched_on=False)
    client = Client(SERVER_NAME="127.0.0.1")
    for number in (people.sycamore.pk, people.harrier.pk, 0):
        assert client.get(f"/account/provider/oidc/{number}/login/").status_code == 404


def test_typing_an_address_leads_to_its_provider_whoever_it_is() -> None:
    people = cast()
    keep(people)
    client = Client(SERVER_NAME="127.0.0.1")
    told = {re.sub(r'"[\w-]{64}"', "token", led(client, f"{who}@sycamore.example")) for who in ("priya", "nobody", "x")}
    assert len(told) == 1
    assert f"/account/provider/oidc/{people.sycamore.pk}/login/" in told.pop()
    assert client.post("/account/organisation/", {"login": "hal@harrier.example"}).status_code == 404


def led(client: Client, address: str) -> str:
    return str(client.post("/account/organisation/", {"login": address}).content.decode())


def test_only_the_partys_administrator_keeps_its_provider() -> None:
    people = cast()
    for viewer in (people.priya, people.hal, people.nia):
        with verbs(), pytest.raises(NotAllowed):
            providing.keep(people.sycamore, SAID, by=viewer, at=NOON)


def test_nobody_answers_for_the_addresses_of_other_organisations_people() -> None:
    people = cast()
    with pytest.raises(Invalid, match=r"People of other organisations are at elexon\.example"):
        keep(people, domains="elexon.example")


def test_the_secret_is_sealed_and_never_shown() -> None:
    people = cast()
    kept = keep(people)
    assert "quiet secret" not in kept.sealed_secret
    assert providing.secret_of(kept) == "quiet secret"
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        Person.objects.get(pk=people.priya.person or 0), "allauth.account.auth_backends.AuthenticationBackend"
    )
    shown = client.get(f"/directory/parties/{people.sycamore.pk}/provider/").content.decode()
    assert "sycamore.example" in shown
    assert kept.sealed_secret not in shown
    assert "quiet secret" not in shown
    assert PASSWORD not in shown
