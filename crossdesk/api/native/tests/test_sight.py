"""What a key opens and what it never does."""

from __future__ import annotations

from crossdesk.access import Role
from crossdesk.accounts.scopes import Scope
from crossdesk.api.native.tests.speaking import RAISE, Machine, raised, told
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.kit.mpan import text_of
from crossdesk.kit.time import now


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
