"""A restricted case on its pages: the named work on it, to everybody else it does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]


@pytest.fixture
def ewan(here: Cast) -> Viewer:
    return somebody("Ewan Price", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)


def raised_restricted(here: Cast, client: Client) -> Case:
    words = {
        "query_type": "dip-technical-integration", "desk": str(here.elexon_desk.pk), "summary": "Somebody is in",
        "impact": "Keys were read.", "without_because": "It is urgent.", "restricted": "on", "colleagues": "",
    }  # fmt: skip
    answer = client.post("/raise/", words)
    assert answer.status_code == 302, answer.content.decode()
    with verbs():
        return Case.objects.exclude(lists={}).get()


def test_raised_as_restricted_and_found_under_my_cases_by_the_named_alone(
    here: Cast, browser: Browser, ewan: Viewer
) -> None:
    case = raised_restricted(here, browser(here.priya))
    address = f"/cases/{case.reference}/"
    for named in (here.priya, ewan):
        client = browser(named)
        assert "Only the people named on it can see this case" in client.get(address).content.decode()
        assert case.reference in client.get("/cases/?of=named").content.decode()
        assert case.reference not in client.get("/cases/").content.decode()
    colleague = somebody("Cleo Marsh", here.sycamore, Role.SERVICE_USER)
    for other in (colleague, here.nia, here.hal):
        client = browser(other)
        assert client.get(address).status_code == 404
        assert "Restricted to you by name" not in client.get("/cases/").content.decode()
        assert client.post(f"{address}naming", {"address": "x@y.example"}).status_code == 404
    queue = browser(here.nia).get("/queue/").content.decode()
    assert case.reference not in queue
    assert "No case is open at this desk." in queue


def test_a_colleague_is_named_and_taken_off_on_the_page(here: Cast, browser: Browser, ewan: Viewer) -> None:
    case = raised_restricted(here, browser(here.priya))
    address = f"/cases/{case.reference}/"
    manager, nia = browser(ewan), browser(here.nia)
    wrong = manager.post(f"{address}naming", {"address": "hal@harrier.example"})
    assert (wrong.status_code, "nobody was named" in wrong.content.decode()) == (422, True)
    manager.post(f"{address}naming", {"address": "nia@elexon.example"})
    shown = nia.get(address).content.decode()
    assert "owns it: Ewan Price, Nia Bevan" in shown
    assert "Named Nia Bevan of Elexon Service Desk, who reads it from now on" in shown
    place = re.search(r'name="place" value="(\d+)"><span>Nia Bevan', shown)
    assert place is not None
    manager.post(f"{address}unnaming", {"place": place[1]})
    assert nia.get(address).status_code == 404


def test_a_service_manager_restricts_an_open_case_and_an_agent_is_not_offered_it(
    here: Cast, browser: Browser, ewan: Viewer
) -> None:
    case = here.case()
    address = f"/cases/{case.reference}/"
    nia, manager = browser(here.nia), browser(ewan)
    assert f"{address}restriction" not in nia.get(address).content.decode()
    assert nia.post(f"{address}restriction", {"names": "", "why": "Because."}).status_code == 403
    assert f"{address}restriction" in manager.get(address).content.decode()
    manager.post(f"{address}restriction", {"names": "tom@elexon.example", "why": "An intrusion."})
    assert nia.get(address).status_code == 404
    for named in (ewan, here.tom, here.priya):
        assert "An intrusion." in browser(named).get(address).content.decode()
