"""What may be patched, which state is written when, and the requester's own actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.access import Role
from crossdesk.api.tmf621.tests.tool import Tool, engaged, sentence, told, tool_of
from crossdesk.cases import closing, erasing, leg_work, triage, writing
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.kit.time import now
from crossdesk.threads.models import EntryBody
from crossdesk.threads.viewer import verbs, viewing


def owned(here: Cast, ticket: Any) -> Case:
    with viewing(here.nia):
        case = Case.objects.get(pk=ticket["id"])
    triage.take(case, by=here.nia, at=now())
    triage.own(case, by=here.nia, at=now())
    return case


def resolved(here: Cast, ticket: Any) -> Case:
    case = owned(here, ticket)
    closing.resolve(case, by=here.nia, at=now(), words="The queue was restarted.")
    return case


def test_a_patch_merges_and_tells_the_desk(faced: Tool, here: Cast) -> None:
    ticket = faced.create(priority="Low")
    after = faced.patched(ticket["id"], severity="Critical", priority="High", note=[{"text": "It spreads."}])
    assert (after["severity"], after["priority"], after["name"]) == ("Critical", "High", ticket["name"])
    assert [note["text"] for note in after["note"]] == [
        "Severity (as Sycamore Energy says): Critical\nPriority (as Sycamore Energy says): High",
        "It spreads.",
    ]
    with viewing(here.nia):
        assert EntryBody.objects.filter(words="It spreads.", entry__thread=ticket["id"]).exists()


NOT_PATCHABLE: list[dict[str, Any]] = [
    {"id": "x"},
    {"href": "http://elsewhere.example"},
    {"creationDate": "2020-01-01T00:00:00Z"},
    {"lastUpdate": "2020-01-01T00:00:00Z"},
    {"@type": "Other"},
    {"colour": "red"},
    {"status": "reopened"},
    {"severity": ""},
    {"note": [{"author": "me"}]},
    {"resolutionDate": "2026-11-24T12:00:00Z"},
]


def test_what_is_not_patchable_is_refused_and_nothing_changes(tool: Tool) -> None:
    ticket = tool.create()
    for change in NOT_PATCHABLE:
        assert sentence(tool.patch(ticket["id"], **{"priority": "High", **change}), 400)
    assert tool.get(f"troubleTicket/{ticket['id']}") == ticket


def test_a_ticket_sent_back_as_it_was_read_changes_nothing(faced: Tool, here: Cast) -> None:
    ticket = faced.create(note=[{"text": "One word."}])
    assert faced.patched(ticket["id"], **ticket) == ticket


def test_notes_are_only_ever_added(tool: Tool) -> None:
    ticket = tool.create(note=[{"text": "First."}])
    rewritten = [{**ticket["note"][0], "text": "Never said."}]
    assert "only ever added" in sentence(tool.patch(ticket["id"], note=rewritten), 400)
    after = tool.patched(ticket["id"], note=[{"text": "Second."}])
    assert [note["text"] for note in after["note"]] == ["First.", "Second."]


def test_a_state_that_does_not_follow_is_refused_with_those_that_do(tool: Tool) -> None:
    ticket = tool.create()
    for status in ("rejected", "held", "resolved", "closed", "pending"):
        refusal = sentence(tool.patch(ticket["id"], status=status), 409)
        assert refusal == f"You cannot write {status} now: from acknowledged you can write cancelled."


def test_the_raiser_confirms_what_was_resolved(tool: Tool, here: Cast) -> None:
    ticket = tool.create()
    resolved(here, ticket)
    after = tool.patched(ticket["id"], status="closed", statusChangeReason="It works again.")
    assert (after["status"], after["statusChangeReason"]) == ("closed", "It works again.")
    assert "takes no change" in sentence(tool.patch(ticket["id"], severity="Minor"), 409)


def test_the_raiser_disputes_with_a_reason(tool: Tool, here: Cast) -> None:
    ticket = tool.create()
    resolved(here, ticket)
    assert sentence(tool.patch(ticket["id"], status="inProgress"), 400).startswith("Say what is still wrong")
    after = tool.patched(ticket["id"], status="inProgress", note=[{"text": "Still missing."}])
    assert (after["status"], after["statusChangeReason"]) == ("inProgress", "Still missing.")


def test_a_question_is_pending_until_a_note_answers_it(tool: Tool, here: Cast) -> None:
    ticket = tool.create()
    case = owned(here, ticket)
    writing.ask_raiser(case, words="Which file?", due_at=now() + timedelta(days=1), by=here.nia, at=now())
    asked = tool.get(f"troubleTicket/{ticket['id']}")
    assert (asked["status"], asked["note"][-1]["text"]) == ("pending", "Which file?")
    assert [row["id"] for row in tool.get("troubleTicket?status=pending")] == [ticket["id"]]
    after = tool.patched(ticket["id"], note=[{"text": "The one of 06:00."}])
    assert (after["status"], after["note"][-1]["text"]) == ("inProgress", "The one of 06:00.")


def test_a_withdrawal_needs_its_reason(tool: Tool, here: Cast) -> None:
    ticket = tool.create()
    assert tool.patch(ticket["id"], status="cancelled").status_code == 400
    after = tool.patched(ticket["id"], status="cancelled", statusChangeReason="Raised twice.")
    assert (after["status"], after["statusChangeReason"]) == ("cancelled", "Raised twice.")


def test_close_reopen_and_cancel_are_actions_of_their_own(faced: Tool, here: Cast) -> None:
    ticket = faced.create()
    at = f"troubleTicket/{ticket['id']}"
    refusal = sentence(faced.ask("POST", f"{at}/close", {}), 422)
    assert refusal == "This ticket is acknowledged, so you cannot close it; you can cancel it."
    case = resolved(here, ticket)
    assert told(faced.ask("POST", f"{at}/close"))["status"] == "closed"
    assert told(faced.ask("POST", f"{at}/reopen", {}))["code"] == "missingProperty"
    assert told(faced.ask("POST", f"{at}/reopen", {"reason": "It is back."}))["status"] == "inProgress"
    assert case.pk
    assert told(faced.ask("POST", f"{at}/cancel", {"reason": "Raised twice."}))["status"] == "cancelled"


def test_a_redirect_arrives_as_rejected_with_the_right_desk(faced: Tool, here: Cast) -> None:
    ticket = faced.create()
    case = owned(here, ticket)
    triage.redirect(case, by=here.nia, at=now(), why="The registration is theirs.", to=here.pennine_help)
    after = faced.get(f"troubleTicket/{ticket['id']}")
    assert after["status"] == "rejected"
    assert after["statusChangeReason"] == "The registration is theirs.\nRight desk: Pennine Grid help desk"


# An engaged party's leg


@pytest.fixture
def pennine(tool: Tool, here: Cast) -> tuple[Tool, str]:
    engaged(here, here.case(), at=now())
    pennine = tool_of(here.pennine, tool.version)
    (ticket,) = pennine.get("troubleTicket")
    return pennine, ticket["id"]


def test_an_engaged_desk_works_through_its_own_tool(pennine: tuple[Tool, str], here: Cast) -> None:
    tool, id = pennine
    number: Any = {"externalId": "PG-77"}
    if tool.version == "v5":
        number = {"externalIdentifier": [{"@type": "ExternalIdentifier", "id": "PG-77", "owner": "Pennine"}]}
    assert tool.patched(id, status="acknowledged", **number)["status"] == "acknowledged"
    assert tool.patched(id, status="inProgress")["status"] == "inProgress"
    assert sentence(tool.patch(id, status="pending"), 400).startswith("Say what you need to know")
    assert tool.patched(id, status="pending", note=[{"text": "Which meter?"}])["status"] == "pending"
    with viewing(here.nia):
        leg = Case.objects.get(raiser=here.sycamore).legs.select_related("case", "from_desk", "to_desk").get()
    assert leg.their_reference == "PG-77"
    leg_work.answer(leg, by=here.nia, at=now(), words="The one of the load.")
    after = tool.patched(id, status="resolved", statusChangeReason="The registration was corrected.")
    assert (after["status"], after["statusChangeReason"]) == ("resolved", "The registration was corrected.")
    assert "it waits for the other side" in sentence(tool.patch(id, status="closed"), 409)
    leg_work.dispute(leg, by=here.nia, at=now(), why="Still wrong.")
    assert tool.get(f"troubleTicket/{id}")["status"] == "inProgress"


def test_an_engaged_desk_declines_and_names_the_right_one(pennine: tuple[Tool, str], here: Cast) -> None:
    tool, id = pennine
    party: Any = {"role": "redirect", "id": "css", "name": "Switching operator", "@referredType": "ServiceDesk"}
    if tool.version == "v5":
        party = {"@type": "RelatedPartyRefOrPartyRoleRef", "role": "redirect", "partyOrPartyRole": party}
    after = tool.patched(id, status="rejected", statusChangeReason="It is in the switch.", relatedParty=[party])
    assert after["statusChangeReason"] == "It is in the switch.\nRight desk: Switching operator"


def test_an_engaged_desk_cannot_close_reopen_or_cancel(pennine: tuple[Tool, str]) -> None:
    tool, id = pennine
    for name in ("close", "reopen", "cancel"):
        refusal = sentence(tool.ask("POST", f"troubleTicket/{id}/{name}", {"reason": "x"}), 422)
        assert refusal.startswith("Only Elexon, which asked for this,")


def test_an_engaged_desks_words_and_judgement_stay_with_its_leg(pennine: tuple[Tool, str], here: Cast) -> None:
    tool, id = pennine
    after = tool.patched(id, priority="2", severity="Minor", note=[{"text": "We look into it."}])
    assert (after["priority"], after["severity"]) == ("2", "Minor")
    assert tool.patch(id, priority="High").status_code == 400
    (raisers,) = tool_of(here.sycamore, tool.version).get("troubleTicket")
    assert "We look into it" not in str(raisers)


# JSON Patch


def test_v5_takes_json_patch(here: Cast) -> None:
    tool = tool_of(here.sycamore)
    ticket = tool.create()
    at, media = f"troubleTicket/{ticket['id']}", "application/json-patch+json"
    operations = [
        {"op": "test", "path": "/severity", "value": "Major"},
        {"op": "replace", "path": "/severity", "value": "Minor"},
        {"op": "add", "path": "/note", "value": {"@type": "Note", "text": "Once."}},
        {"op": "add", "path": "/note/-", "value": {"@type": "Note", "text": "Twice."}},
    ]
    after = told(tool.ask("PATCH", at, operations, media))
    assert after["severity"] == "Minor"
    assert [note["text"] for note in after["note"]][1:] == ["Once.", "Twice."]
    assert tool.ask("PATCH", at, operations, media).status_code == 409
    broken: Any
    for broken in ({}, [1], [{"op": "move", "path": "/name"}], [{"op": "replace", "path": "/sererity", "value": "x"}]):
        assert tool.ask("PATCH", at, broken, media).status_code in {400, 409}
    assert tool.ask("PATCH", at, operations, "application/json-patch-query+json").status_code == 400
    assert tool.ask("PATCH", at, {"severity": "Minor"}, "application/merge-patch+json").status_code == 200
    assert tool.ask("PATCH", at, {"severity": "Minor"}, "text/plain").status_code == 400


def test_a_ticket_of_a_closed_party_opens_no_more(tool: Tool, here: Cast) -> None:
    tool.create()
    with verbs():
        type(here.sycamore).objects.filter(pk=here.sycamore.pk).update(closed_at=now())
    assert "closed" in sentence(tool.ask("GET", "troubleTicket"), 401)


def test_words_that_were_erased_are_not_told_by_the_ticket(tool: Tool, here: Cast) -> None:
    ticket = tool.create(description="Call Ann Reed on 07700 900123.", name="Ann Reed")
    manager = somebody("Mo Field", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    with viewing(manager):
        case = Case.objects.select_related("owner", "raiser").get(pk=ticket["id"])
    erasing.erase(case, seq=1, why="A person's number.", by=manager, at=now())
    after = tool.get(f"troubleTicket/{ticket['id']}")
    assert after["description"] == "Erased."
    assert "07700" not in str(after)
