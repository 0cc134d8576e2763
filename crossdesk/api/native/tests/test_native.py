"""A case from its raising to its end, and an engagement beside it, by the keys of three parties."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.access import Role
from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.tests.speaking import RAISE, Machine, told
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import Cast, cast, somebody
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.kit.mpan import text_of
from crossdesk.kit.time import now
from crossdesk.knowledge import publishing, writing
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.writing import Written
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

LATER = "2099-01-01T00:00:00Z"


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def sycamore(here: Cast) -> Machine:
    return Machine(here.sycamore)


@pytest.fixture
def elexon(here: Cast) -> Machine:
    return Machine(here.elexon)


@pytest.fixture
def pennine(here: Cast) -> Machine:
    return Machine(here.pennine)


def raised(machine: Machine, **more: Any) -> str:
    answer = machine.do("cases", RAISE | more, status=201, idempotency_key=f"k{now().timestamp()}")
    return f"cases/{answer['reference']}"


def test_a_case_goes_from_its_raising_to_its_confirmation(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore, references=[{"kind": "transaction", "values": ["T-1", "T-2", "T-2", "nonsense"]}])
    case = elexon.get(at)
    assert (case["stage"], case["standing"]["part"], case["standing"]["ball"]) == ("raised", "owns", "nobody")
    assert case["report"]["impact"] == "Appointments cannot be confirmed."
    assert [(each["distinct"], each["repeated"], each["bad"]) for each in case["references"]] == [(2, 1, 1)]
    for path, body in (
        ("take", None),
        ("own", {"words": "We look into it."}),
        ("ask", {"words": "Since when?", "due_at": LATER}),
    ):
        case = elexon.do(f"{at}/{path}", body)
    assert case["questions"][0]["words"] == "Since when?"
    assert sycamore.do(f"{at}/answer", {"words": "Since six."})["questions"] == []
    elexon.do(f"{at}/resolve", {"words": "The queue was stuck; it runs again."})
    sycamore.do(f"{at}/dispute", {"why": "One is still missing."})
    elexon.do(f"{at}/resolve", {"words": "That one as well."})
    closed = sycamore.do(f"{at}/confirm")
    assert (closed["stage"], closed["outcome"]) == ("closed", "fixed")
    assert sycamore.do(f"{at}/reopen", {"why": "It is back."})["stage"] == "triage"
    kinds = [each["kind"] for each in sycamore.get(f"{at}/timeline")["entries"]]
    assert [kind for kind in kinds if kind.startswith("case.")][:3] == ["case.raised", "case.references", "case.take"]


def test_what_a_machine_does_stands_under_its_keys_name(sycamore: Machine) -> None:
    at = raised(sycamore)
    first = sycamore.get(f"{at}/timeline")["entries"][0]
    assert (first["author"], first["organisation"]) == ("Machine", "Sycamore Energy")


def test_priority_follows_the_rules(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    elexon.do(f"{at}/take")
    refused = elexon.do(f"{at}/prioritise", {"impact": "huge", "urgency": "now"}, status=422)
    impacts = refused["detail"].split("(")[1].split(")")[0].split(", ")
    urgencies = refused["detail"].split("(")[2].split(")")[0].split(", ")
    assert elexon.do(f"{at}/prioritise", {"impact": impacts[0], "urgency": urgencies[0]})["priority"] in (1, 2, 3, 4)


def test_an_engagement_goes_from_asking_to_confirmation(
    here: Cast, sycamore: Machine, elexon: Machine, pennine: Machine
) -> None:
    at = raised(sycamore)
    for path in ("take", "own"):
        elexon.do(f"{at}/{path}")
    said = {"to": here.pennine_help.pk, "ask": "Check the registrations.", "outside_because": "They are yours."}
    engaged = elexon.do(f"{at}/engagements", said | {"entries": [1]})
    assert engaged["engagements"][0]["stage"] == "delivered"
    leg = f"{at}/engagements/1"
    (row,) = pennine.get("engagements?side=to&open=true")["engagements"]
    assert (row["case"], row["ask"]) == (at.partition("/")[2], "Check the registrations.")
    assert pennine.do(f"{leg}/acknowledge", {"their_reference": "PG-7"})["their_reference"] == "PG-7"
    pennine.do(f"{leg}/start")
    pennine.do(f"{leg}/words", {"words": "We are at it."}, status=201)
    asked = pennine.do(f"{leg}/ask", {"words": "Which MPANs?", "due_at": LATER})
    assert (asked["stage"], asked["questions"][0]["words"]) == ("pending_us", "Which MPANs?")
    assert elexon.do(f"{leg}/answer", {"words": "All of them."})["stage"] == "in_progress"
    pennine.do(f"{leg}/resolve", {"words": "Registered."})
    elexon.do(f"{leg}/dispute", {"why": "Not all."})
    pennine.do(f"{leg}/resolve", {"words": "All."})
    assert elexon.do(f"{leg}/confirm")["stage"] == "confirmed"
    elexon.do(f"{at}/resolve", {"words": "Registered by the distributor."})
    assert pennine.get("engagements?open=true")["engagements"] == []


def test_an_engaged_desk_declines_and_names_the_right_one(
    here: Cast, sycamore: Machine, elexon: Machine, pennine: Machine
) -> None:
    at = raised(sycamore)
    for path in ("take", "own"):
        elexon.do(f"{at}/{path}")
    elexon.do(f"{at}/engagements", {"to": here.pennine_help.pk, "ask": "Look.", "outside_because": "Yours."})
    declined = pennine.do(f"{at}/engagements/1/decline", {"why": "Not our area.", "to_words": "Northern Grid"})
    assert (declined["stage"], declined["redirected_to"]) == ("declined", "Northern Grid")
    elexon.do(f"{at}/engagements", {"to": here.pennine_help.pk, "ask": "Look again.", "outside_because": "Yours."})
    assert elexon.do(f"{at}/engagements/2/withdraw", {"why": "Found it here."})["stage"] == "withdrawn"


def test_the_wrong_desk_redirects_with_the_proof(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    elexon.do(f"{at}/take")
    closed = elexon.do(f"{at}/redirect", {"why": "It is the CSS.", "to_words": "DCC Service Desk"})
    assert (closed["stage"], closed["outcome"]) == ("closed", "redirected")


def test_the_gate_and_the_checklist_speak_as_on_the_page(here: Cast, sycamore: Machine) -> None:
    def refused(**given: Any) -> str:
        return str(sycamore.do("cases", RAISE | given, status=422, idempotency_key="x")["detail"])

    assert "also asks for" in refused(without_because="")
    assert "is no query type of the rules" in refused(query_type="anything")
    assert "override_because why Pennine Grid help desk" in refused(desk=here.pennine_help.pk)
    assert "keeps its own tool" in refused(desk=here.pennine_service.pk) or "takes cases only from" in refused(
        desk=here.pennine_service.pk
    )
    assert "There is no desk 999999" in refused(desk=999_999)
    chosen = sycamore.do(
        "cases",
        RAISE | {"desk": here.pennine_help.pk, "override_because": "They said so."},
        status=201,
        idempotency_key="x",
    )
    assert chosen["owner"]["name"] == "Pennine Grid help desk"


# What a machine may see


def test_a_machine_sees_nothing_of_a_competitors(here: Cast, sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore, references=[{"kind": "mpan", "values": [text_of(1610000000000 // 10)]}])
    competitor = Machine(here.harrier)
    missing = told(competitor.ask("GET", "cases/CP-2222-2222"))
    for path in ("", "/timeline", "/engagements/1", "/references", "/evidence", "/impact"):
        answer = competitor.ask("GET", f"{at}{path}")
        assert (answer.status_code, told(answer)) == (404, missing)
    for path, body in (("take", {}), ("words", {"words": "x"}), ("withdraw", {"why": "x"}), ("references", None)):
        given = body if body is not None else {"kind": "transaction", "values": ["T-1"]}
        assert competitor.ask("POST", f"{at}/{path}", given, if_match="*").status_code == 404
    assert competitor.get("cases")["cases"] == []
    listed = sycamore.get(at)["references"][0]["id"]
    assert competitor.ask("POST", f"{at}/references/{listed}/members", {}).status_code == 404


def test_a_raisers_machine_does_not_read_the_desks_own_words(sycamore: Machine, elexon: Machine, here: Cast) -> None:
    at = raised(sycamore)
    elexon.do(f"{at}/words", {"to": "internal", "words": "between us"}, status=201)
    elexon.do(f"{at}/words", {"to": "raiser", "words": "for you"}, status=201)
    seen = [each["words"] for each in sycamore.get(f"{at}/timeline")["entries"]]
    assert "for you" in seen
    assert "between us" not in str(sycamore.get(f"{at}/timeline")) + str(sycamore.get(at))
    assert "between us" in str(elexon.get(f"{at}/timeline"))


def test_a_raisers_machine_cannot_do_the_desks_work(sycamore: Machine) -> None:
    at = raised(sycamore)
    refused = sycamore.do(f"{at}/take", status=403)
    assert refused["detail"] == f"Only Elexon Service Desk, which owns {at.partition('/')[2]}, can take it into triage."
    assert sycamore.do(f"{at}/confirm", status=409)["detail"].startswith(at.partition("/")[2])


def test_scopes_open_doors_one_by_one(here: Cast, sycamore: Machine) -> None:
    at = raised(sycamore)
    reader = Machine(here.sycamore, frozenset({Scope.CASES_READ}))
    assert reader.get(at)["summary"] == RAISE["summary"]
    assert reader.do(f"{at}/withdraw", {"why": "x"}, status=403)["type"].endswith("#wrong-scope")
    for path in (f"{at}/evidence", f"{at}/impact", "desks"):
        assert reader.ask("GET", path).status_code == 403
    assert reader.get("me")["scopes"] == ["cases:read"]


def test_a_machine_is_named_on_no_restricted_case_and_reads_nothing_lent(here: Cast, elexon: Machine) -> None:
    somebody("Sian Roe", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    report = Report(summary="A matter for few", query_type="missing-mpan-data")
    case = raise_case(report, raiser=here.sycamore, to=here.elexon_desk, by=here.priya, at=now(), only=[])
    for machine in (elexon, Machine(here.sycamore)):
        assert machine.ask("GET", f"cases/{case.reference}").status_code == 404
        assert machine.get("cases")["cases"] == []


# Lists


def test_cases_are_listed_a_page_at_a_time_each_once(
    here: Cast, elexon: Machine, django_assert_num_queries: Any
) -> None:
    with verbs():
        Party.objects.filter(pk=here.elexon.pk).update(short_name="Elexon")
    own, other = Machine(here.elexon), Machine(here.sycamore)
    made = [raised(other, summary=f"Case {number}") for number in range(5)]
    made += [raised(own, summary=f"Own {number}") for number in range(3)]
    found, path = [], "cases?limit=3"
    while path:
        answer = own.ask("GET", path)
        found += [each["reference"] for each in told(answer)["cases"]]
        path = answer["Link"].split(">")[0].split("localhost", 1)[1] if "Link" in answer else ""
    assert found == [each.partition("/")[2] for each in reversed(made)]
    assert len(own.get("cases?part=owns&stage=raised&open=true&system=dip&limit=100")["cases"]) == 8
    assert own.get("cases?stage=closed")["cases"] == []
    with django_assert_num_queries(20):
        own.get("cases?limit=100")


@pytest.mark.parametrize("query", ["stages=raised", "stage=gone", "limit=0", "limit=101", "after=x", "after=MQ"])
def test_a_filter_nobody_knows_is_refused(elexon: Machine, query: str) -> None:
    assert elexon.ask("GET", f"cases?{query}").status_code == 422


def test_a_timeline_goes_on_from_a_sequence(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    newest = sycamore.get(at)["newest"]
    elexon.do(f"{at}/take")
    elexon.do(f"{at}/own")
    answer = sycamore.ask("GET", f"{at}/timeline?since={newest}&limit=1")
    assert [each["kind"] for each in told(answer)["entries"]] == ["case.take"]
    further = answer["Link"].split(">")[0].split("localhost", 1)[1]
    rest = [each["kind"] for each in sycamore.get(further.replace("limit=1", "limit=50"))["entries"]]
    assert ("case.take" in rest, "case.own" in rest) == (False, True)


# Conditions


def test_a_change_names_what_was_read(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    read = elexon.ask("GET", at)
    assert read["ETag"] == elexon.ask("GET", at)["ETag"]
    assert elexon.ask("GET", at, if_none_match=read["ETag"]).status_code == 304
    assert elexon.ask("POST", f"{at}/take", {}).status_code == 428
    sycamore.do(f"{at}/words", {"words": "More."}, status=201)
    stale = elexon.ask("POST", f"{at}/take", {}, if_match=read["ETag"])
    assert stale.status_code == 412
    fresh = elexon.ask("GET", at)
    assert stale["ETag"] == fresh["ETag"]
    weak = elexon.ask("POST", f"{at}/take", {}, if_match=f"W/{fresh['ETag']}")
    assert weak.status_code == 412
    taken = elexon.ask("POST", f"{at}/take", {}, if_match=f'"other", {fresh["ETag"]}')
    assert (taken.status_code, taken["ETag"]) == (200, elexon.ask("GET", at)["ETag"])


def test_raising_again_with_the_same_key_raises_once(here: Cast, sycamore: Machine, elexon: Machine) -> None:
    assert sycamore.ask("POST", "cases", RAISE).status_code == 400
    first = sycamore.ask("POST", "cases", RAISE, idempotency_key="a")
    again = sycamore.ask("POST", "cases", RAISE, idempotency_key="a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (told(first), first["Location"], first["ETag"]) == (told(again), again["Location"], again["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    other = sycamore.ask("POST", "cases", RAISE | {"summary": "Another"}, idempotency_key="a")
    assert (other.status_code, told(other)["type"]) == (422, "/api/problems#other-request")
    assert Machine(here.sycamore).ask("POST", "cases", RAISE, idempotency_key="a").status_code == 201
    with verbs():
        assert Case.objects.count() == 2


def test_an_act_sent_again_is_done_once_and_what_failed_may_be_sent_again(sycamore: Machine, elexon: Machine) -> None:
    at = raised(sycamore)
    tag = elexon.ask("GET", at)["ETag"]
    assert elexon.ask("POST", f"{at}/own", {}, if_match=tag, idempotency_key="o").status_code == 409
    for _ in range(2):
        assert elexon.ask("POST", f"{at}/take", {}, if_match=tag, idempotency_key="t").status_code == 200
    elexon.do(f"{at}/own", idempotency_key="o")
    with verbs():
        assert Entry.objects.filter(kind="case.take").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "at"),
    [
        (b"{", 400, ""),
        (b"[]", 422, ""),
        (b" " * (5 * 2**20 + 1), 413, ""),
        (RAISE | {"sumary": "x"}, 422, "sumary"),
        (RAISE | {"summary": "x\x00"}, 422, "summary"),
        (RAISE | {"summary": 7}, 422, "summary"),
        (b'{"summary": "\\ud800"}', 422, "summary"),
        (RAISE | {"started_at": "2026-11-24T12:00:00"}, 422, "started_at"),
        (RAISE | {"started_at": "9999-12-31T23:59:59-12:00"}, 422, "started_at"),
        (RAISE | {"references": [{"kind": "mpan", "values": []}]}, 422, "references.0.values"),
    ],
)
def test_a_body_that_cannot_be_used_is_told_where(sycamore: Machine, body: Any, status: int, at: str) -> None:
    answer = sycamore.ask("POST", "cases", body, idempotency_key="b")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not at or at in [each["at"] for each in told(answer)["errors"]]


# What is given with a case


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
