"""Delegations and parents' grants on the directory's pages, from every side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from crossdesk.access import Role
from crossdesk.cases.following import fill
from crossdesk.cases.tests.cast import NOON, Cast, cast, data_service, somebody
from crossdesk.kit.time import now
from crossdesk.parties import parenting
from crossdesk.parties.models import Delegation, ParentGrant, Party
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.portal.tests.signed_in import at_browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def castell(here: Cast) -> Party:
    return data_service()


@pytest.fixture
def joss(here: Cast) -> Viewer:
    return somebody("Joss Tindall", here.sycamore, Role.ADMINISTRATOR)


@pytest.fixture
def mair(castell: Party) -> Viewer:
    return somebody("Mair Lloyd", castell, Role.ADMINISTRATOR)


def of(party: Party, rest: str = "") -> str:
    return f"/directory/parties/{party.pk}/{rest}"


def page(client: Client, address: str, words: dict[str, Any] | None = None) -> str:
    answer = client.post(address, words, follow=True) if words is not None else client.get(address)
    return answer.content.decode()


def offered(here: Cast, castell: Party, joss: Viewer, **more: Any) -> Delegation:
    page(at_browser(joss), of(here.sycamore, "delegations/"), {"delegate": str(castell.pk), **more})
    with verbs():
        return Delegation.objects.get()


def test_an_empty_page_teaches_what_a_delegation_is(here: Cast, joss: Viewer) -> None:
    shown = page(at_browser(joss), of(here.sycamore))
    assert "Nobody else sees your cases." in shown
    assert "It sees nothing until it accepts." in shown


def test_offered_accepted_seen_and_ended(here: Cast, castell: Party, joss: Viewer, mair: Viewer) -> None:
    case = here.case("A case of Sycamore's")
    delegation = offered(here, castell, joss, may_act="yes", query_types=["missing-mpan-data"])
    theirs = at_browser(mair)
    assert "waits for Castell Data" in page(theirs, of(castell))
    assert theirs.get(f"/cases/{case.reference}/").status_code == 404
    answered = page(theirs, f"/directory/delegations/{delegation.pk}/", {"decision": "accept"})
    assert "open cases in scope are being added" in answered
    assert ProcrastinateJob.objects.filter(task_name="sight.fill").count() == 1
    fill(delegation.pk, now())
    shown = page(theirs, f"/cases/{case.reference}/")
    assert "You see this for Sycamore Energy, by delegation; you may write, answer and confirm for it." in shown
    assert "Castell Data reads from now on what Sycamore Energy reads here, by delegation" in shown
    listed = page(theirs, f"/cases/?of={seat_of(delegation)}")
    assert case.reference in listed
    assert case.reference not in page(theirs, "/cases/")
    assert "Also sees the cases of" in listed
    page(at_browser(joss), f"/directory/delegations/{delegation.pk}/", {"decision": "end"})
    assert theirs.get(f"/cases/{case.reference}/").status_code == 404
    assert case.reference not in page(theirs, f"/cases/?of={seat_of(delegation)}")
    assert "Also sees the cases of" not in page(theirs, "/cases/")


def seat_of(delegation: Delegation) -> int:
    with verbs():
        return Delegation.objects.values_list("seat_id", flat=True).get(pk=delegation.pk) or 0


def test_strangers_do_not_know_of_a_delegation(here: Cast, castell: Party, joss: Viewer, mair: Viewer) -> None:
    delegation = offered(here, castell, joss)
    for stranger in (here.hal, here.gwen):
        client = at_browser(stranger)
        assert "Castell Data" not in page(client, of(here.sycamore))
        assert client.post(f"/directory/delegations/{delegation.pk}/", {"decision": "accept"}).status_code == 404
    own = at_browser(here.priya)
    assert "waits for Castell Data" in page(own, of(here.sycamore))
    assert own.post(f"/directory/delegations/{delegation.pk}/", {"decision": "end"}).status_code == 403
    assert own.post(of(here.sycamore, "delegations/"), {"delegate": str(castell.pk)}).status_code == 403


def test_what_was_chosen_wrong_is_told(here: Cast, castell: Party, joss: Viewer) -> None:
    client = at_browser(joss)
    assert "Choose the organisation" in page(client, of(here.sycamore, "delegations/"), {"delegate": "x"})
    words = {"delegate": str(castell.pk), "until": "2020-01-01"}
    assert "over before it begins" in page(client, of(here.sycamore, "delegations/"), words)
    assert "Give days as dates" in page(client, of(here.sycamore, "delegations/"), {**words, "until": "soon"})
    with verbs():
        assert not Delegation.objects.exists()


def test_a_child_grants_its_parent_sight_and_withdraws_it(here: Cast, joss: Viewer) -> None:
    with verbs():
        Party.objects.filter(pk=here.sycamore.pk).update(parent=here.harrier)
    case = here.case()
    hal, ours = at_browser(here.hal), at_browser(joss)
    assert "Harrier Energy sees nothing of these cases." in page(ours, of(here.sycamore))
    assert "You see no case of theirs." in page(hal, of(here.harrier))
    assert hal.post(of(here.sycamore, "grants/"), {}).status_code == 403
    assert "In force" in page(ours, of(here.sycamore, "grants/"), {})
    assert "You see this as parent of Sycamore Energy" in page(hal, f"/cases/{case.reference}/")
    with verbs():
        given = ParentGrant.objects.get()
    page(ours, f"/directory/grants/{given.pk}/", {})
    assert hal.get(f"/cases/{case.reference}/").status_code == 404
    assert "Withdrawn" in page(ours, of(here.sycamore))


def test_nobody_else_is_shown_what_a_parent_sees(here: Cast) -> None:
    with verbs():
        Party.objects.filter(pk=here.sycamore.pk).update(parent=here.harrier)
    assert "What its parent sees" not in page(at_browser(here.gwen), of(here.sycamore))
    assert at_browser(here.gwen).post(of(here.sycamore, "grants/"), {}).status_code == 403


def test_a_party_page_with_many_delegations_asks_no_more_than_with_one(
    here: Cast, castell: Party, joss: Viewer, django_assert_max_num_queries: Any
) -> None:
    client = at_browser(joss)
    for _ in range(4):
        page(client, of(here.sycamore, "delegations/"), {"delegate": str(castell.pk)})
    with verbs():
        Party.objects.filter(pk=here.sycamore.pk).update(parent=here.harrier)
        here.sycamore.refresh_from_db()
        parenting.grant(here.sycamore, by=joss, at=NOON, until=now() + timedelta(days=1))
    with django_assert_max_num_queries(34):
        page(client, of(here.sycamore))
