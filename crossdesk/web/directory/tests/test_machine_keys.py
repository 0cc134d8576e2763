"""A party's administrator keeps the keys of its machines from the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from crossdesk.access import Role
from crossdesk.accounts.keys import NotOpened, make_unasked, open_key
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import Scope
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership
from crossdesk.threads.viewer import verbs
from crossdesk.web.directory.tests.test_directory import page, sycamore, with_administrator
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db
ASKED = {"name": "ServiceNow", "scopes": ["tickets", "evidence"], "days": "90"}


def test_a_key_is_made_shown_once_and_revoked(django_assert_max_num_queries: Any) -> None:
    people, client = with_administrator()
    address = sycamore(people, "keys/")
    assert f'href="{address}"' in page(client, sycamore(people))
    assert "No key yet" in page(client, address)
    made = page(client, address, ASKED)
    found = re.search(r"cdk_[0-9A-Z]{12}_[\w-]{43}", made)
    assert found
    key = open_key(found[0], now())
    assert set(key.scopes) == {"tickets", "evidence"}
    assert key.created_by == "Priya Nair, Sycamore Energy"
    assert timedelta(days=89) < key.expires_at - now() <= timedelta(days=90)
    with django_assert_max_num_queries(15):
        later = page(client, address)
    assert key.public_id in later
    assert found[0].rpartition("_")[2] not in later
    assert "is revoked" in page(client, f"/directory/keys/{key.pk}/revocation/", {})
    with pytest.raises(NotOpened):
        open_key(found[0], now())


def test_what_was_typed_stays_when_no_key_is_made() -> None:
    people, client = with_administrator()
    for words in (
        ASKED | {"scopes": []},
        ASKED | {"days": "99999999999999"},
        ASKED | {"days": "²"},
        ASKED | {"name": " "},
    ):
        refused = client.post(sycamore(people, "keys/"), words)
        assert refused.status_code == 422
        assert "No key was made" in refused.content.decode()
    with verbs():
        assert not Key.objects.exists()


def test_a_key_that_ends_soon_is_told_with_what_to_do() -> None:
    people, client = with_administrator()
    scopes = frozenset({Scope.TICKETS})
    make_unasked(people.sycamore, name="Old", scopes=scopes, by="Test", at=now(), lasting=timedelta(days=20))
    assert "Old ends" in page(client, sycamore(people, "keys/"))


def test_nobody_else_sees_or_ends_a_partys_keys() -> None:
    people, _ = with_administrator()
    key, _ = make_unasked(people.sycamore, name="Theirs", scopes=frozenset({Scope.TICKETS}), by="Test", at=now())
    with verbs():
        Membership.objects.filter(person=people.hal.person).update(roles=[Role.ADMINISTRATOR])
    for viewer in (people.hal, people.nia):
        browser = at_browser(viewer)
        answer = browser.get(sycamore(people, "keys/"))
        assert answer.status_code == 403
        assert key.public_id not in answer.content.decode()
        assert browser.post(sycamore(people, "keys/"), ASKED).status_code == 403
        assert browser.post(f"/directory/keys/{key.pk}/revocation/").status_code == 404
    with verbs():
        Membership.objects.filter(person=people.priya.person).update(roles=[Role.SERVICE_USER])
    assert at_browser(people.priya).post(f"/directory/keys/{key.pk}/revocation/").status_code == 403
