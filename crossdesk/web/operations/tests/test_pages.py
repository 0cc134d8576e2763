"""Operations over HTTP: the banner on every page while they last, declared and ended by those who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.kit.time import london, now
from crossdesk.operations.models import Period
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]


@pytest.fixture
def ewan(here: Cast) -> Viewer:
    return somebody("Ewan Price", here.elexon, Role.MAJOR_INCIDENT_MANAGER, desk=here.elexon_desk)


def given(**other: Any) -> dict[str, Any]:
    ends = london(now() + timedelta(hours=3))
    return {
        "cause": "breach", "scope": "What left the DIP", "systems": ["dip"], "why": "A stranger read names.",
        "authority": "The head of service, by telephone", "ends_at": f"{ends:%Y-%m-%dT%H:%M}",
    } | other  # fmt: skip


def page(client: Client, path: str = "/cases/") -> str:
    return client.get(path).content.decode()


def test_every_page_says_so_while_they_last_and_no_longer(here: Cast, ewan: Viewer, browser: Browser) -> None:
    assert browser(ewan).post("/operations/new/", given()).status_code == 302
    for viewer in (here.priya, here.hal, here.gwen, here.nia):
        assert "Special operations</b> until" in page(browser(viewer))
        assert "by themselves on" in page(browser(viewer), "/operations/")
        assert "What left the DIP" in page(browser(viewer), "/operations/strip")
    assert "End them now" in page(browser(ewan), "/operations/")
    with verbs():
        reference = Period.objects.get().reference
    assert browser(ewan).post(f"/operations/{reference}/end/", {"why": "It was a drill."}).status_code == 302
    assert "Special operations</b> until" not in page(browser(here.hal))
    assert "It was a drill." in page(browser(here.hal), "/operations/")


def test_when_their_time_is_over_the_banner_is_gone_without_anybody(here: Cast, ewan: Viewer, browser: Browser) -> None:
    browser(ewan).post("/operations/new/", given())
    with verbs():
        began = now() - timedelta(hours=5)
        Period.objects.update(begins_at=began, ends_at=began + timedelta(hours=1))
    assert "Special operations</b> until" not in page(browser(here.hal))
    assert "Their time was over." in page(browser(here.hal), "/operations/")


def test_what_was_wrong_is_said_and_what_was_typed_is_kept(ewan: Viewer, browser: Browser) -> None:
    answer = browser(ewan).post("/operations/new/", given(authority=""))
    assert answer.status_code == 422
    assert "Say on whose authority" in answer.content.decode()
    assert "What left the DIP" in answer.content.decode()
    wrongs: list[dict[str, Any]] = [
        {"cause": "MI-NONE"}, {"ends_at": "soon"}, {"ends_at": "2999-01-01T00:00"}, {"systems": []}
    ]  # fmt: skip
    for wrong in wrongs:
        assert browser(ewan).post("/operations/new/", given(**wrong)).status_code == 422
    with verbs():
        assert not Period.objects.exists()


@pytest.mark.parametrize("who", ["nia", "priya", "hal", "gwen"])
def test_whoever_may_not_reads_why_and_both_rules(here: Cast, browser: Browser, who: str) -> None:
    client = browser(getattr(here, who))
    said = page(client, "/operations/")
    assert "Normal operations" in said
    assert "MHHS Centre of Excellence" in said
    assert "LDSO service desks are engaged directly" in said
    assert "can declare special operations" in said
    assert "/operations/new/" not in said
    assert client.post("/operations/new/", given()).status_code == 422
    assert client.post("/operations/SO-NONE/end/", {"why": "x"}).status_code == 404


def test_a_stranger_signs_in_first(here: Cast) -> None:
    assert Client().get("/operations/").status_code in {302, 401}


def test_it_is_found_from_the_majors(here: Cast, browser: Browser) -> None:
    assert '<a class="btn end" href="/operations/">Operations: normal</a>' in page(browser(here.hal), "/majors/")
