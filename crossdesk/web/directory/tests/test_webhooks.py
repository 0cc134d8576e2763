"""A party's administrator has programs told of changes, tries them, reads the log and takes them back."""

from __future__ import annotations

import html
from typing import Any

import pytest

from crossdesk.threads.viewer import verbs
from crossdesk.web.directory.tests.test_directory import page, sycamore, with_administrator
from crossdesk.web.portal.tests.signed_in import at_browser
from crossdesk.webhooks import signing
from crossdesk.webhooks.leaving import tell_due
from crossdesk.webhooks.models import Event, Subscription
from crossdesk.webhooks.tests.receiver import Receiver

pytestmark = pytest.mark.django_db


def test_from_the_partys_page_to_its_end(receiver: Receiver, django_assert_max_num_queries: Any) -> None:
    people, client = with_administrator()
    address = sycamore(people, "webhooks/")
    assert f'href="{address}"' in page(client, sycamore(people))
    empty = page(client, address)
    assert "No program is told yet" in empty
    assert signing.public_keys()[0] in html.unescape(empty)
    refused = client.post(address, {"url": "http://10.0.0.7/", "name": "Ours"})
    assert refused.status_code == 422
    assert "private network" in refused.content.decode()
    assert 'value="http://10.0.0.7/"' in refused.content.decode()
    assert "Nothing was told yet" in page(client, address, {"url": receiver.url, "name": "Our platform"})
    with verbs():
        one = Subscription.objects.get()
    own = f"/directory/webhooks/{one.pk}/"
    receiver.answers = [418]
    page(client, f"{own}trial/", {})
    tell_due()
    with django_assert_max_num_queries(17):
        log = page(client, own)
    assert "crossdesk.trial" in log
    assert "418" in log
    with verbs():
        event = Event.objects.get()
    assert "told again" in page(client, f"{own}events/{event.event_id}/", {})
    tell_due()
    assert "taken by their server" in page(client, own)
    assert "told nothing any more" in page(client, f"{own}end/", {})
    assert client.post(f"{own}trial/").status_code == 422


def test_nobody_else_keeps_or_reads_them(receiver: Receiver) -> None:
    people, client = with_administrator()
    client.post(sycamore(people, "webhooks/"), {"url": receiver.url})
    with verbs():
        one = Subscription.objects.get()
    for browser, status in ((at_browser(people.hal), 404), (at_browser(people.nia), 404)):
        assert browser.get(f"/directory/webhooks/{one.pk}/").status_code == status
        assert browser.post(f"/directory/webhooks/{one.pk}/end/").status_code == status
        assert receiver.url not in browser.get(sycamore(people, "webhooks/")).content.decode()
        assert browser.post(sycamore(people, "webhooks/"), {"url": f"{receiver.url}/other"}).status_code == 403
    with verbs():
        assert Subscription.objects.get().ended_at is None
