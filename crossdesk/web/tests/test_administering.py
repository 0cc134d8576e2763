"""The pages by which an administrator keeps people, providers, keys, webhooks and desks, in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, expect

from crossdesk.access import Role
from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.cases.tests.cast import cast
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership, Party
from crossdesk.threads.viewer import verbs
from crossdesk.web.tests.browsing import context_of, reads_well, session_of
from crossdesk.webhooks import keeping
from crossdesk.webhooks.leaving import tell_due
from crossdesk.webhooks.models import Subscription
from crossdesk.webhooks.tests.receiver import receiving


def _told_of_changes(party: Party) -> Subscription:
    """One event waits, one was taken and one was given up."""
    with receiving() as receiver, override_settings(EXCHANGE_INSIDE=[receiver.host]):
        made = keeping.subscribe(party, receiver.url, name="Our integration platform", by="Ada Quill, Elexon", at=now())
        for receiver.answers in ([422], []):
            keeping.attempt(made, now())
            tell_due()
        keeping.attempt(made, now() + timedelta(minutes=5))
    return made


@pytest.mark.browser
def test_the_pages_of_an_administrator_read_well(served: str, chromium: Browser) -> None:
    people = cast()
    with verbs():
        Membership.objects.filter(person__in=[people.nia.person, people.tom.person]).update(
            roles=[Role.ADMINISTRATOR, Role.AGENT]
        )
    page = context_of(chromium, served, session_of("nia@elexon.example")).new_page()
    for name in ("ServiceNow, production", "Monitoring"):
        _, token = keys.make_unasked(people.elexon, name=name, scopes=frozenset(Scope), by="Ada Quill", at=now())
    told = _told_of_changes(people.elexon)
    home, elsewhere = f"parties/{people.elexon.pk}", f"parties/{people.pennine.pk}"
    for path in (
        f"{home}/people/",
        f"{home}/provider/",
        f"{home}/keys/",
        f"{home}/webhooks/",
        f"webhooks/{told.pk}/",
        "parties/new/",
        f"{elsewhere}/roles/",
        f"desks/new/?owner={people.pennine.pk}",
        f"desks/{people.elexon_desk.pk}/keeping/",
    ):
        answer = page.goto(f"{served}/directory/{path}")
        assert answer is not None
        assert answer.status == 200
        reads_well(page, re.sub("[^a-z]+", "-", path))
    page.goto(f"{served}/api/")
    page.get_by_label("Token").fill(token)
    page.locator("#raise_a_case > summary").press("Enter")
    page.locator("#read_caller > summary").press("Enter")
    page.get_by_role("button", name="Send GET /me").press("Enter")
    expect(page.locator("#read_caller pre")).to_contain_text("Monitoring")
    reads_well(page, "reference")
    page.goto(f"{served}/account/login/")
    reads_well(page, "sign-in")
    page.context.close()
