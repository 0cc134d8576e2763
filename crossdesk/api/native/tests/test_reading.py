"""What a case holds and what is known, as a machine reads and adds to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.tests.speaking import RAISE, Machine, raised, told
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.kit.time import now
from crossdesk.knowledge import publishing, writing
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.writing import Written
from crossdesk.threads.viewer import verbs

LATER = "2099-01-01T00:00:00Z"


def test_evidence_is_added_told_and_handed_back(here: Cast, sycamore: Machine) -> None:
    at = raised(sycamore)
    parts = b'--B\r\nContent-Disposition: form-data; name="file"; filename="log.txt"\r\n\r\n06:00 timeout\r\n--B--\r\n'
    sent: Any = sycamore.client.generic(
        "POST",
        f"/api/v1/{at}/evidence",
        parts,
        "multipart/form-data; boundary=B",
        headers={"authorization": f"Bearer {sycamore.token}", "idempotency-key": "e"},
    )
    assert sent.status_code == 201, sent.content
    kept = told(sent)
    again: Any = sycamore.client.generic(
        "POST",
        f"/api/v1/{at}/evidence",
        parts.replace(b"--B", b"--C"),
        "multipart/form-data; boundary=C",
        headers={"authorization": f"Bearer {sycamore.token}", "idempotency-key": "e"},
    )
    assert told(again)["id"] == kept["id"]
    answer: Any = sycamore.ask("GET", kept["content"])
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (b"06:00 timeout", "text/plain")
    assert Machine(here.harrier).ask("GET", kept["content"]).status_code == 404


def test_a_lists_members_are_read_with_an_entry_left_behind(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    listed = sycamore.do(f"{at}/references", {"kind": "transaction", "values": ["T-2", "T-1"]}, status=201)
    assert elexon.do(f"{at}/references/{listed['id']}/members")["values"] == ["T-1", "T-2"]
    assert sycamore.get(f"{at}/timeline")["entries"][-1]["kind"] == "case.references_read"


def test_impact_is_claimed_and_answered_by_the_party(here: Cast, sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    claimed = elexon.do(f"{at}/impact", {"party": here.sycamore.pk, "meters": 40, "why": "Their list."}, status=201)
    assert claimed["says"] == "claimed"
    said = sycamore.do(f"{at}/impact/{claimed['id']}", {"says": "confirmed", "meters": 41}, status=201)
    assert (said["says"], said["meters"]) == ("confirmed", 41)
    assert sycamore.get(f"{at}/impact")["affected"][0]["party"]["name"] == "Sycamore Energy"
    assert elexon.ask("POST", f"{at}/impact/{claimed['id']}", {"says": "retracted"}).status_code in (204, 403)
    assert elexon.do(f"{at}/impact", {"system": "nothing"}, status=422)["detail"].startswith("“nothing” is no system")
    assert elexon.do(f"{at}/impact", {}, status=422)["detail"] == "Name one of party, system and process."


def test_the_directory_tells_what_routing_needs(here: Cast, sycamore: Machine) -> None:
    desks = {each["name"]: each for each in sycamore.get("desks")["desks"]}
    assert "dip-message-failure" in desks["Elexon Service Desk"]["covers"]
    one = sycamore.get(f"desks/{here.pennine_help.pk}")
    assert (one["name"], one["works_here"]) == ("Pennine Grid help desk", True)
    assert "dip" in [each["key"] for each in sycamore.get("systems")["systems"]]
    kinds = {each["key"]: each for each in sycamore.get("query-types")["query_types"]}
    assert "error-code" in [each["key"] for each in kinds["dip-message-failure"]["evidence"]]
    assert sycamore.get("me")["party"]["name"] == "Sycamore Energy"


def test_what_is_known_is_searched_and_read(here: Cast, sycamore: Machine) -> None:
    begun = writing.begin(Written("Zinc", words="Look at the zinc."), here.elexon_desk, by=here.nia, at=now())
    alone = {"words": "zinc"}
    assert "KA-" not in str(sycamore.do("knowledge/search", alone, status=200))
    day = (now() + timedelta(days=90)).date()
    publishing.publish(begun, Readers("parties", parties=[here.sycamore.pk]), day, by=here.nia, at=now())
    assert sycamore.do("knowledge/search", alone, status=200)["hits"][0]["key"] == begun.reference
    assert sycamore.get(f"knowledge/articles/{begun}")["words"] == "Look at the zinc."
    assert [each["reference"] for each in sycamore.get("knowledge/articles")["articles"]] == [begun.reference]
    harrier = Machine(here.harrier)
    assert harrier.get("knowledge/articles")["articles"] == []
    assert "KA-" not in str(harrier.do("knowledge/search", alone, status=200))
    assert harrier.ask("GET", f"knowledge/articles/{begun}").status_code == 404
    found = harrier.do("knowledge/search", {"words": "setlement run"}, status=200)
    assert found["instead"] == "settlement run"
    assert "settlement-run" in [each["key"] for each in found["hits"]]
    assert harrier.get("knowledge/reference/codes/REG0000")["what"] == "Response code"
    reader = Machine(here.harrier, frozenset({Scope.CASES_READ}))
    assert reader.ask("POST", "knowledge/search", alone).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "knowledge/articles/x",
        "knowledge/reference/codes/x",
        "desks/999",
        "desks/x",
        "cases/CP-1",
        "engagements/1",
        "cases//",
        "nothing",
    ],
)
def test_what_is_not_there_is_told_as_a_problem(sycamore: Machine, path: str) -> None:
    answer = sycamore.ask("GET", path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_case_is_read_in_a_known_number_of_questions(
    here: Cast, sycamore: Machine, elexon: Machine, django_assert_num_queries: Any
) -> None:
    at = raised(sycamore)
    elexon.do(f"{at}/take")
    with django_assert_num_queries(26):
        elexon.get(at)
    elexon.do(f"{at}/own")
    elexon.do(f"{at}/engagements", {"to": here.pennine_help.pk, "ask": "Look.", "outside_because": "Yours."})
    for number in range(3):
        elexon.do(f"{at}/ask", {"words": f"Question {number}", "due_at": LATER})
        elexon.do(f"{at}/references", {"kind": "transaction", "values": [f"T-{number}"]}, status=201)
    with django_assert_num_queries(27):
        elexon.get(at)


@pytest.mark.parametrize(("named", "status"), [("Machine", 201), ("Another key", 403)])
def test_only_keys_that_the_agreement_names_may_send(here: Cast, sycamore: Machine, named: str, status: int) -> None:
    ways = Ways(channel=Channel.TMF621, endpoint="https://tickets.sycamore.example/api", may_send=(named,))
    before = sycamore.do("cases", RAISE, status=201, idempotency_key="before")["reference"]
    agreed(here.sycamore, here.elexon, None, ways, "secret")
    for path in ("cases", f"cases/{before}/words"):
        body = RAISE if path == "cases" else {"words": "Any news?"}
        answer = sycamore.ask("POST", path, body, idempotency_key=path[-5:])
        assert answer.status_code == status
        assert status == 201 or "does not name the key “Machine”" in told(answer)["detail"]
    with verbs():
        assert Case.objects.count() == 1 + (status == 201)
    moved = sycamore.ask("POST", f"cases/{before}/withdraw", {"why": "Mended."}, if_match="*")
    assert moved.status_code == (200 if status == 201 else 403)


def test_an_engaged_desks_key_is_held_to_its_agreement_on_its_engagements(
    here: Cast, sycamore: Machine, elexon: Machine
) -> None:
    reference = sycamore.do("cases", RAISE, status=201, idempotency_key="one")["reference"]
    elexon.do(f"cases/{reference}/take")
    engage = {"to": here.pennine_service.pk, "ask": "Please check.", "outside_because": "All was delivered."}
    elexon.do(f"cases/{reference}/engagements", engage)
    ways = Ways(channel=Channel.TMF621, endpoint="https://there.example/api", may_send=("Another key",))
    agreed(here.pennine, here.elexon, None, ways, "secret")
    there = f"cases/{reference}/engagements/1"
    for path, body in ((f"{there}/acknowledge", {}), (f"{there}/words", {"words": "We look."})):
        assert Machine(here.pennine).ask("POST", path, body, if_match="*").status_code == 403
    assert elexon.ask("POST", f"{there}/words", {"words": "Any news?"}).status_code == 201
