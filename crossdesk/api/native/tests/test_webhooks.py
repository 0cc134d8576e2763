"""Where to tell of changes, by key: made, tried, read, told again and taken back; another party's is not there."""

from __future__ import annotations

import pytest

from crossdesk.api.native.tests.speaking import Machine
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.webhooks.leaving import tell_due
from crossdesk.webhooks.tests.receiver import Receiver


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


def test_from_its_making_to_its_end(here: Cast, receiver: Receiver) -> None:
    sycamore, harrier = Machine(here.sycamore), Machine(here.harrier)
    made = sycamore.do("webhooks", {"url": receiver.url, "events": ["crossdesk.case.take"]}, status=201)
    at = f"webhooks/{made['id']}"
    assert sycamore.get("webhooks")["webhooks"] == [sycamore.get(at)] == [made]
    trial = sycamore.do(f"{at}/trial", status=201)
    receiver.answers = [422]
    tell_due()
    (delivery,) = sycamore.get(f"{at}/deliveries")["deliveries"]
    assert (delivery["id"], delivery["state"], delivery["attempts"][0]["status"]) == (trial["id"], "dead", None)
    assert "422" in delivery["attempts"][0]["answer"]
    sycamore.do(f"{at}/deliveries/{trial['id']}/repetition")
    tell_due()
    assert [post.headers["webhook-id"] for post in receiver.heard] == [trial["id"]] * 2
    assert sycamore.get(f"{at}/deliveries")["deliveries"][0]["state"] == "told"
    assert sycamore.do(f"{at}/resumption")["paused_at"] is None
    assert harrier.get("webhooks")["webhooks"] == []
    for path in (at, f"{at}/deliveries"):
        assert harrier.ask("GET", path).status_code == 404
    assert harrier.ask("DELETE", at).status_code == 404
    assert harrier.ask("POST", f"{at}/trial").status_code == 404
    assert sycamore.ask("DELETE", at).status_code == 204
    assert sycamore.ask("GET", at).status_code == 404
    assert sycamore.get("webhooks/keys")["keys"][0].startswith("whpk_")


def test_a_private_address_and_an_unknown_event_are_refused(here: Cast, receiver: Receiver) -> None:
    sycamore = Machine(here.sycamore)
    assert "private network" in sycamore.do("webhooks", {"url": "http://10.0.0.7/"}, status=422)["detail"]
    refused = sycamore.do("webhooks", {"url": receiver.url, "events": ["crossdesk.case.sung"]}, status=422)
    assert "is no event" in refused["detail"]
