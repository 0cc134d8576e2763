"""A case from its raising to its end, and an engagement beside it, by the keys of three parties."""

from __future__ import annotations

from typing import Any

from crossdesk.api.native.tests.speaking import RAISE, Machine, raised
from crossdesk.cases.tests.cast import Cast

LATER = "2099-01-01T00:00:00Z"


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
