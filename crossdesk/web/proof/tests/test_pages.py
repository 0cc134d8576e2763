"""Proofs at the browser: who may take which, what the case page says of its anchor, and what anybody may read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from crossdesk.access import Role
from crossdesk.cases import erasing, evidence, writing
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership
from crossdesk.proof.check import check
from crossdesk.threads import anchoring
from crossdesk.threads.viewer import Viewer, verbs

pytestmark = pytest.mark.django_db
Browser = Callable[[Viewer], Client]


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> None:
    settings.ANCHOR_KEY = str(tmp_path / "anchor-key.pem")


def with_role(viewer: Viewer, role: Role) -> Viewer:
    with verbs():
        Membership.objects.filter(person=viewer.person).update(roles=[role])
    return viewer


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def taken(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson; charset=utf-8")
    assert answer["Content-Disposition"].startswith("attachment;")
    return answer.getvalue()


def test_every_reader_takes_the_proof_of_a_case_and_a_competitor_none(here: Cast, browser: Browser) -> None:
    case = here.case()
    anchoring.anchor(now())
    for viewer in (here.nia, here.priya):
        assert check(io.BytesIO(taken(browser(viewer), f"/cases/{case}/proof"))).cases == 1
    assert browser(here.hal).get(f"/cases/{case}/proof").status_code == 404


def test_the_timeline_says_when_it_was_last_anchored(here: Cast, browser: Browser) -> None:
    case, client = here.case(), browser(here.priya)
    assert "that is done every day at 03:00" in text(client, f"/cases/{case}/")
    anchoring.anchor(NOON)
    assert "</a> 24 Nov 12:00</span>" in text(client, f"/cases/{case}/")
    writing.write(case, to="raiser", words="later", by=here.nia, at=NOON)
    assert "; 1 newer entry waits for the next" in text(client, f"/cases/{case}/")


def test_the_proof_of_all_cases_is_for_administrators_and_auditors(here: Cast, browser: Browser) -> None:
    here.case()
    address = f"/directory/parties/{here.sycamore.pk}/proof/"
    assert browser(here.priya).get(address).status_code == 403
    assert "takes away the proof of all its cases" in text(browser(here.priya), address.removesuffix("proof/"))
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        client = browser(with_role(here.priya, role))
        assert "Proof of all your cases" in text(client, address.removesuffix("proof/"))
        assert check(io.BytesIO(taken(client, address))).cases == 1
    hal = browser(with_role(here.hal, Role.ADMINISTRATOR))
    assert hal.get(address).status_code == 403
    assert check(io.BytesIO(taken(hal, f"/directory/parties/{here.harrier.pk}/proof/"))).cases == 0


def test_anybody_may_read_roots_and_keys_and_nothing_of_a_case(here: Cast, browser: Browser) -> None:
    case, nobody = here.case(), Client()
    assert "Nothing is anchored yet." in text(nobody, "/anchors/")
    made = anchoring.anchor(now())
    page, file = text(nobody, "/anchors/"), text(nobody, "/anchors.ndjson")
    for held in (page, file):
        assert bytes(made.root).hex() in held
        assert made.key.fingerprint in held
        assert str(case.pk) not in held
    assert [json.loads(line)["record"] for line in file.splitlines()] == ["key", "anchor"]
    assert nobody.get(f"/cases/{case}/proof").status_code == 302
    assert "for <b>Harrier Energy</b>" in text(browser(here.hal), "/anchors/")


def test_a_service_manager_has_words_erased_at_the_page(here: Cast, browser: Browser) -> None:
    case = here.case()
    writing.write(case, to="raiser", words="Mrs Miggins of Dunny Lane", by=here.nia, at=NOON)
    agent = browser(here.nia)
    assert "Erase words" not in text(agent, f"/cases/{case}/")
    assert agent.post(f"/cases/{case}/erasure", {"seq": 3, "why": "x"}).status_code in {403, 422}
    manager = browser(with_role(here.nia, Role.SERVICE_MANAGER))
    assert "Erase words" in text(manager, f"/cases/{case}/")
    assert "3: Nia Bevan, Mrs Miggins of Dunny Lane" in text(manager, f"/cases/{case}/erasure")
    assert manager.post(f"/cases/{case}/erasure", {"seq": 3, "why": "given in error"}).status_code == 302
    for client in (manager, browser(here.priya)):
        shown = text(client, f"/cases/{case}/")
        assert "by Nia Bevan because: given in error" in shown
        assert "Miggins" not in shown


def test_an_erased_file_is_no_longer_handed_out(here: Cast, browser: Browser) -> None:
    case = here.case()
    kept = evidence.add(case, "customers.csv", [b"name\nMiggins\n"], by=here.priya, at=NOON)
    manager = with_role(here.nia, Role.SERVICE_MANAGER)
    erasing.erase(case, seq=kept.entry.seq, why="given in error", by=_again(manager), at=NOON)
    client = browser(here.priya)
    assert client.get(f"/evidence/{kept.pk}/").status_code == 404
    shown = text(client, f"/cases/{case}/")
    assert "A file that was erased" in shown
    assert "customers.csv" not in shown


def _again(viewer: Viewer) -> Viewer:
    """With the roles they hold by now."""
    return replace(viewer, roles=frozenset({Role.SERVICE_MANAGER}))


def test_what_a_page_costs(here: Cast, browser: Browser, django_assert_max_num_queries: Any) -> None:
    here.case()
    anchoring.anchor(now())
    with django_assert_max_num_queries(8):
        Client().get("/anchors/")
