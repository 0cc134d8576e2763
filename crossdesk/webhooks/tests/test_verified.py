"""What leaves here is what a receiver with the client believes, and only for as long as it may; and it is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.cases.tests.cast import Cast
from crossdesk.client import NotGenuine, verify
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs
from crossdesk.webhooks import cloud, keeping, signing
from crossdesk.webhooks.leaving import KEPT, forget_old, tell_due
from crossdesk.webhooks.models import Attempt, Event
from crossdesk.webhooks.tests.receiver import Receiver


def test_a_receiver_believes_a_delivery_by_the_old_key_and_the_new(
    here: Cast, receiver: Receiver, settings: Any
) -> None:
    before = signing.public_keys()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret of the tests", [settings.SECRET_KEY]
    sent = keeping.attempt(keeping.subscribe(here.sycamore, receiver.url, by="Test", at=now()), now())
    tell_due()
    (post,) = receiver.heard
    for keys in (before, signing.public_keys()[:1]):
        event = verify(post.body, post.headers, keys=keys)
        assert (event.id, event.type) == (str(sent.event_id), cloud.TRIAL)
    with pytest.raises(NotGenuine):
        verify(post.body, post.headers, keys=before, now=now().timestamp() + 301)


def test_the_log_is_forgotten_after_a_month_and_what_waits_is_not(here: Cast, receiver: Receiver) -> None:
    keeping.attempt(keeping.subscribe(here.sycamore, receiver.url, by="Test", at=now()), now())
    late = now() + KEPT + timedelta(days=1)
    forget_old(late)
    with verbs():
        assert Event.objects.count() == 1
    tell_due()
    forget_old(now())
    with verbs():
        assert Attempt.objects.count() == 1
    forget_old(late)
    with verbs():
        assert not Event.objects.exists()
        assert not Attempt.objects.exists()
