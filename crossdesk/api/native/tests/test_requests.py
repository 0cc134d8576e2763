"""The catalogue, asking, approving and the steps of the work, by the keys of the parties concerned."""

from __future__ import annotations

from typing import Any

import pytest

from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.tests.speaking import Machine, told
from crossdesk.cases.tests.cast import cast
from crossdesk.kit.time import now
from crossdesk.requests import approving
from crossdesk.requests.models import Request
from crossdesk.requests.tests.conftest import DIP_ID, Asking, asked
from crossdesk.threads.viewer import verbs

ASKS = frozenset(Scope) - {Scope.APPROVALS}


@pytest.fixture
def it(db: None) -> Asking:
    return asked(cast())


@pytest.fixture
def sycamore(it: Asking) -> Machine:
    return Machine(it.here.sycamore)


def ask(machine: Machine, *, status: int = 201, key: str = "k1", **more: Any) -> Any:
    edition = machine.get("catalogue/dip-id")["edition"]
    body = {"item": "dip-id", "edition": edition, "answers": DIP_ID} | more
    return machine.do("requests", body, status=status, idempotency_key=key)


def open_one(told: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in told["approvals"] if not each["why_not"])
    return found


def test_a_request_goes_from_the_catalogue_to_its_last_step(it: Asking, sycamore: Machine) -> None:
    rows = {each["key"]: each["why_not"] for each in sycamore.get("catalogue")["items"]}
    assert rows["dip-id"] == ""
    item = sycamore.get("catalogue/dip-id")
    mpid = next(each for each in item["fields"] if each["name"] == "mpid")
    assert {"value": "SYCA", "label": "SYCA"} in mpid["choices"]
    asked_for = ask(sycamore)
    at = f"requests/{asked_for['reference']}"
    assert (asked_for["state"], asked_for["item"]) == ("waiting for approval", "dip-id")
    assert ask(sycamore)["reference"] == asked_for["reference"]  # sent again
    elexon = Machine(it.here.elexon)
    approving.approve(it.approval(only(), "administrator"), by=it.asha, at=now())
    manager = open_one(elexon.get(at))
    done = elexon.do(f"{at}/approvals/{manager['id']}/approve", {"words": "The pair is in ISD."})
    assert (done["state"], done["approvals"][-1]["by"]) == ("under way", "Machine")
    task = next(each for each in done["tasks"] if not each["why_not_finish"])
    done = elexon.do(f"{at}/tasks/{task['id']}/finish", {"words": "Made."})
    assert next(each for each in done["tasks"] if each["id"] == task["id"])["words"] == "Made."
    assert [each["reference"] for each in sycamore.get("requests?part=raised")["requests"]] == [asked_for["reference"]]
    assert Machine(it.here.harrier).get("requests")["requests"] == []
    assert Machine(it.here.harrier).ask("GET", at).status_code == 404


def only() -> Request:
    with verbs():
        return Request.objects.get()


def test_each_answer_that_does_not_fit_is_named(sycamore: Machine) -> None:
    trouble = ask(sycamore, status=422, answers={"mpid": "HARR", "role": ""})
    assert {each["at"] for each in trouble["errors"]} == {"answers.mpid", "answers.role"}
    with verbs():
        assert not Request.objects.exists()
    assert "was changed since you opened it" in ask(sycamore, status=409, key="k2", edition="old")["detail"]


def test_keys_give_no_word_for_what_a_key_asked_and_need_their_own_scope(it: Asking, sycamore: Machine) -> None:
    at = f"requests/{ask(sycamore)['reference']}"
    first = sycamore.get(at)["approvals"][0]
    assert first["why_not"].startswith("You asked for it yourself")
    refused = sycamore.do(f"{at}/approvals/{first['id']}/approve", status=403)
    assert "somebody else has to approve it" in refused["detail"]
    refused = Machine(it.here.elexon, ASKS).do(f"{at}/approvals/{first['id']}/refuse", {"why": "X"}, status=403)
    assert "does not have the scope" in refused["detail"]


def test_what_changed_meanwhile_is_not_decided_unseen(it: Asking) -> None:
    it.dip_id()
    machine = Machine(it.here.sycamore)
    at = f"requests/{machine.get('requests')['requests'][0]['reference']}"
    read = machine.ask("GET", at)
    mine = open_one(told(read))
    path = f"{at}/approvals/{mine['id']}/approve"
    assert machine.ask("POST", path, {}).status_code == 428
    machine.do(path, if_match=read.headers["ETag"])  # a person asked, so the party's key may approve
    assert machine.ask("POST", path, {}, if_match=read.headers["ETag"]).status_code == 412
    assert "was here before you" in machine.do(path, status=409)["detail"]
