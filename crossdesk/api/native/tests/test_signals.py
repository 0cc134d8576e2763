"""Events pushed by a machine: once, in bounds, and by the operator's alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.tests.speaking import Machine, told
from crossdesk.kit.time import now
from crossdesk.signals.digesting import digest_waiting
from crossdesk.signals.models import Fault, Feed
from crossdesk.signals.sampling import Trouble, written
from crossdesk.signals.tests.conftest import Watched, watch
from crossdesk.threads.viewer import verbs

HERE = "signals/events"


@pytest.fixture
def watched(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setenv("CROSSDESK_SIGNALS_FOLDER", str(tmp_path / "signals"))
    return watch()


def test_a_batch_sent_twice_is_one_and_says_what_became_of_it(watched: Watched) -> None:
    machine = Machine(watched.here.elexon, frozenset({Scope.SIGNALS}))
    trouble = Trouble(now() - timedelta(minutes=40), timedelta(minutes=30), mpans=150)
    batch = written(watched.sampling().trouble(trouble), "ndjson.gz")
    first, second = machine.ask("POST", HERE, batch), machine.ask("POST", HERE, batch)
    assert (first.status_code, second.status_code) == (201, 200)
    assert told(first)["id"] == told(second)["id"]
    assert told(first)["state"] == "waiting"
    digest_waiting(now())
    read = machine.get(f"signals/feeds/{told(first)['id']}")
    assert (read["state"], read["events"], read["rejected"]) == ("read", 450, 0)
    with verbs():
        assert Fault.objects.get().mpans == 150


def test_what_is_no_event_is_refused_line_by_line(watched: Watched) -> None:
    machine = Machine(watched.here.elexon, frozenset({Scope.SIGNALS}))
    sent = told(machine.ask("POST", HERE, b'{"DIPStage": "Outbound"}\nnonsense\n'))
    digest_waiting(now())
    read = machine.get(f"signals/feeds/{sent['id']}")
    assert {each["reason"]: each["lines"] for each in read["reasons"]} == {
        "says no time (TimeGenerated)": 1,
        "is not JSON that can be read, or ends in the middle": 1,
    }
    assert machine.ask("POST", HERE, b"").status_code == 422


def test_only_the_operators_key_with_the_scope_gives_events(watched: Watched) -> None:
    supplier = Machine(watched.here.sycamore, frozenset({Scope.SIGNALS}))
    refused = supplier.ask("POST", HERE, b"{}")
    assert refused.status_code == 403
    assert "Only the Elexon Service Desk gives events" in told(refused)["detail"]
    assert Machine(watched.here.elexon, frozenset({Scope.IMPACT})).ask("POST", HERE, b"{}").status_code == 403
    with verbs():
        assert not Feed.objects.exists()
