"""Creating, reading and listing: what a strict client of either face checks."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crossdesk.api.tmf621.tests.tool import MINIMAL, TYPED, Tool, engaged, sentence, told, tool_of
from crossdesk.cases import closing, triage, writing
from crossdesk.cases.material import ReferenceSet
from crossdesk.cases.missing import Missing
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.threads.models import EntryBody
from crossdesk.threads.viewer import verbs, viewing


def test_a_ticket_is_created_and_read_back(faced: Tool, here: Cast) -> None:
    answer = faced.ask("POST", "troubleTicket", (TYPED if faced.version == "v5" else MINIMAL) | {"status": "closed"})
    ticket = told(answer)
    assert answer.status_code == 201
    assert answer["Location"] == ticket["href"]
    assert ticket["href"].endswith(f"/tmf-api/troubleTicket/{faced.version}/troubleTicket/{ticket['id']}")
    assert (ticket["status"], ticket["severity"], ticket["ticketType"]) == (
        "acknowledged",
        "Major",
        "mds-issue",
    )
    assert faced.get(f"troubleTicket/{ticket['id']}") == ticket
    with viewing(here.nia):
        case = Case.objects.get(raiser=here.sycamore)
        words = EntryBody.objects.get(entry__thread=case.pk, entry__seq=1).words
    assert (case.owner_id, case.kind) == (here.elexon_desk.pk, "incident")
    assert "Severity (as Sycamore Energy says): Major" in words


def test_what_is_mandatory_is_asked_for_by_name(tool: Tool) -> None:
    for name in ("description", "severity", "ticketType", *(["@type"] if tool.version == "v5" else [])):
        body = {key: value for key, value in TYPED.items() if key != name}
        assert sentence(tool.ask("POST", "troubleTicket", body), 400) == f"“{name}” is mandatory; send it."


def test_notes_are_a_list_of_objects_with_text(tool: Tool) -> None:
    for note in ("words", {"text": "one"}, ["one"], [{"author": "me"}], [{"text": 7}]):
        assert tool.ask("POST", "troubleTicket", TYPED | {"note": note}).status_code == 400


UNREADABLE = (
    b"", b"{", b"[]", b"null", b'"\\ud800"', b'{"description": "\\u0000"}', b"\xff", b"[" * 100_000,
)  # fmt: skip


def test_what_cannot_be_read_is_told_so(tool: Tool) -> None:
    for body in UNREADABLE:
        assert sentence(tool.ask("POST", "troubleTicket", body), 400)


def test_a_state_nobody_knows_is_no_error_when_sent_first(tool: Tool) -> None:
    assert tool.create(status="somethingElse")["status"] == "acknowledged"


def test_an_unknown_id_is_not_found(tool: Tool) -> None:
    for id in (str(uuid4()), "1", "a'b", "%00"):
        assert tool.ask("GET", f"troubleTicket/{id}").status_code == 404


def test_fields_show_what_was_asked_for_and_what_v5_always_tells(faced: Tool) -> None:
    ticket = faced.create()
    found = faced.get(f"troubleTicket/{ticket['id']}?fields=status,name,nothing")
    always = {"id", "href", "@type"} if faced.version == "v5" else set()
    assert set(found) == {"status", "name"} | always
    (row,) = faced.get("troubleTicket?fields=severity")
    assert set(row) == {"severity"} | always


def test_a_list_is_narrowed_by_all_filters_together(faced: Tool) -> None:
    major = faced.create()
    faced.create(severity="Minor")
    faced.create(severity="Minor", priority="High")
    answer = faced.ask("GET", "troubleTicket?severity=Minor&limit=1")
    assert (answer["X-Total-Count"], answer["X-Result-Count"]) == ("2", "1")
    assert 'rel="next"' in answer["Link"]
    assert len(faced.get("troubleTicket?severity=Minor&priority=High")) == 1
    assert [row["id"] for row in faced.get(f"troubleTicket?id={major['id']}&status=acknowledged")] == [major["id"]]
    assert faced.get("troubleTicket?status=closed") == []
    assert len(faced.get("troubleTicket?description=Confirmations are missing since 06:00.")) == 3
    assert sentence(faced.ask("GET", "troubleTicket?colour=red"), 400).endswith("not by “colour”.")


def test_what_a_list_cannot_be_asked_is_refused(tool: Tool) -> None:
    for query in ("limit=-1", "limit=x", "offset=99999999", "sort=colour", "creationDate=yesterday"):
        assert sentence(tool.ask("GET", f"troubleTicket?{query}"), 400)


def test_a_list_is_sorted_and_walked_to_its_end(tool: Tool) -> None:
    for name in ("b", "c", "a"):
        tool.create(name=name)
    assert [row["name"] for row in tool.get("troubleTicket?sort=name")] == ["a", "b", "c"]
    assert [row["name"] for row in tool.get("troubleTicket?sort=-name&offset=1&limit=1")] == ["b"]
    since = tool.get("troubleTicket?name=c")[0]["lastUpdate"]
    later = {row["name"] for row in tool.get(f"troubleTicket?lastUpdate.gte={since}")}
    assert later == {"c", "a"}


def test_v5_walks_by_cursor_and_filters_by_json_path(here: Cast) -> None:
    tool = tool_of(here.sycamore)
    for name in ("one", "two", "three"):
        tool.create(name=name, severity="Minor" if name == "two" else "Major")
    first = tool.ask("GET", "troubleTicket?after=start&limit=2")
    assert [row["name"] for row in told(first)] == ["one", "two"]
    cursor = first["Link"].split("after=")[1].split(">")[0]
    assert [row["name"] for row in tool.get(f"troubleTicket?after={cursor}&limit=2")] == ["three"]
    assert [row["name"] for row in tool.get(f"troubleTicket?before={cursor}&limit=2")] == ["one"]
    path = "$[?(@.severity=='Minor' %26%26 @.status=='acknowledged')]"
    assert [row["name"] for row in tool.get(f"troubleTicket?filter={path}")] == ["two"]
    assert tool.ask("GET", "troubleTicket?filter=attachment[?(@size==300)]").status_code == 400
    assert "JSONPath" in sentence(tool.ask("GET", "troubleTicket?filter=$..name"), 400)
    assert tool_of(here.sycamore, "v4").ask("GET", "troubleTicket?after=start").status_code == 400


def test_the_same_number_of_the_same_party_is_the_same_ticket(faced: Tool, here: Cast) -> None:
    number = {"externalId": "INC0012345"}
    if faced.version == "v5":
        number = {"externalIdentifier": [{"@type": "ExternalIdentifier", "id": "INC0012345", "owner": "Sycamore"}]}  # type: ignore[dict-item]
    first, again = faced.create(**number), faced.create(**number)
    assert first["id"] == again["id"]
    name = "externalIdentifier.id" if faced.version == "v5" else "externalId"
    assert [row["id"] for row in faced.get(f"troubleTicket?{name}=INC0012345")] == [first["id"]]
    other = faced.ask("POST", "troubleTicket", TYPED | number | {"description": "Something else."})
    assert "says something else" in sentence(other, 409)
    rival = tool_of(here.harrier, faced.version)
    assert rival.create(**number)["id"] != first["id"]


def test_references_files_and_words_come_with_it(faced: Tool, here: Cast) -> None:
    entity = {"role": "affected", "id": "1600000000010", "@referredType": "MPAN"}
    if faced.version == "v5":
        entity = {"role": "affected", "@type": "RelatedEntity", "entity": {"@type": "EntityRef"} | entity}  # type: ignore[dict-item]
    ticket = faced.create(
        relatedEntity=[entity],
        note=[{"text": "We have checked our own side.", "@type": "Note"}],
        attachment=[
            {
                "name": "log.txt",
                "mimeType": "text/plain",
                "content": "YSBsaW5l",
                "attachmentType": "log",
                "@type": "Attachment",
            }
        ],
    )
    assert [note["text"] for note in ticket["note"]] == ["We have checked our own side."]
    assert ticket["attachment"][0]["name"] == "log.txt"
    file = faced.ask("GET", ticket["attachment"][0]["url"].removeprefix("http://127.0.0.1:8000"))
    assert b"".join(file.streaming_content) == b"a line"  # type: ignore[attr-defined]
    told_of = ticket["relatedEntity"][0].get("entity", ticket["relatedEntity"][0])
    assert told_of["name"] == "MPANs: 1"
    assert "1600000000010" not in str(ticket)
    with verbs():
        assert ReferenceSet.objects.filter(case=ticket["id"], kind="mpan").count() == 1
        missing = set(Missing.objects.filter(case=ticket["id"]).values_list("key", flat=True))
    assert "mpan" not in missing


def test_what_the_rules_ask_for_and_the_ticket_does_not_bring_is_noted(tool: Tool) -> None:
    ticket = tool.create()
    with verbs():
        assert Missing.objects.filter(case=ticket["id"], key="mpan").exists()


def test_a_file_that_is_not_taken_takes_the_ticket_with_it(tool: Tool) -> None:
    program = [
        {"name": "run.exe", "content": "TVqQAAM=", "@type": "Attachment", "attachmentType": "x", "mimeType": "x"}
    ]
    assert sentence(tool.ask("POST", "troubleTicket", TYPED | {"attachment": program}), 400)
    assert tool.get("troubleTicket") == []


def test_a_query_with_a_route_of_its_own_is_refused_with_the_rules_reason(tool: Tool) -> None:
    answer = tool.ask("POST", "troubleTicket", TYPED | {"ticketType": "single-message-rejected"})
    assert "not for a service desk" in sentence(answer, 400)


def test_an_unknown_type_goes_to_the_central_desk_for_triage(tool: Tool, here: Cast) -> None:
    ticket = tool.create(ticketType="Bill Dispute")
    assert ticket["ticketType"] == "Bill Dispute"
    with viewing(here.nia):
        assert Case.objects.get(pk=ticket["id"]).query_type == "mhhs-general-query"


def test_a_case_raised_on_the_pages_is_a_ticket_as_well(faced: Tool, here: Cast) -> None:
    case = here.case()
    triage.take(case, by=here.nia, at=NOON)
    writing.write(case, to="internal", words="between us", by=here.nia, at=NOON)
    writing.write(case, to="raiser", words="We look into it.", by=here.nia, at=NOON)
    triage.own(case, by=here.nia, at=NOON)
    closing.resolve(case, by=here.nia, at=NOON, words="The queue was restarted.")
    (ticket,) = faced.get("troubleTicket")
    assert (ticket["name"], ticket["status"]) == (case.summary, "resolved")
    assert ticket["statusChangeReason"] == "The queue was restarted."
    assert [note["text"] for note in ticket["note"]] == ["We look into it."]
    assert "between us" not in str(ticket)
    steps = ticket["statusChange" if faced.version == "v4" else "statusChangeHistory"]
    assert [step["status"] for step in steps] == ["acknowledged", "inProgress", "resolved"]


def test_a_competitor_learns_nothing(faced: Tool, here: Cast) -> None:
    ticket = faced.create(externalId="INC1")
    rival = tool_of(here.harrier, faced.version)
    for method in ("GET", "PATCH", "DELETE"):
        assert rival.ask(method, f"troubleTicket/{ticket['id']}", {"severity": "x"}).status_code == 404
    assert rival.ask("GET", f"troubleTicket/{ticket['id']}/attachment/raiser-1").status_code == 404
    for act in ("close", "reopen", "cancel"):
        assert rival.ask("POST", f"troubleTicket/{ticket['id']}/{act}", {}).status_code == 404
    listed = rival.ask("GET", "troubleTicket")
    assert (told(listed), listed["X-Total-Count"]) == ([], "0")
    if faced.version == "v5":
        assert rival.ask("GET", f"troubleTicket?after={ticket['id']}").status_code == 400


def test_the_owner_of_a_case_has_no_ticket_of_it(tool: Tool, here: Cast) -> None:
    ticket = tool.create()
    assert tool_of(here.elexon, tool.version).ask("GET", f"troubleTicket/{ticket['id']}").status_code == 404


def test_an_engaged_partys_ticket_is_its_leg(faced: Tool, here: Cast) -> None:
    case = here.case()
    leg = engaged(here, case)
    writing.write(case, to="raiser", words="to the raiser alone", by=here.nia, at=NOON)
    pennine = tool_of(here.pennine, faced.version)
    (ticket,) = pennine.get("troubleTicket")
    with viewing(here.gwen):
        leg.refresh_from_db()
    assert ticket["id"] == str(leg.ticket) != str(case.pk)
    assert ticket["status"] == "acknowledged"
    assert ticket["description"].startswith("Please check the registration.")
    assert "to the raiser alone" not in str(ticket)
    assert "Sycamore" not in str(ticket)
    assert pennine.ask("GET", f"troubleTicket/{case.pk}").status_code == 404
    assert faced.ask("GET", f"troubleTicket/{ticket['id']}").status_code == 404


def test_a_list_costs_the_same_however_many_tickets_it_shows(tool: Tool, here: Cast) -> None:
    tool.create()
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as counted:
            tool.get("troubleTicket")
        costs.append(len(counted))
        for _ in range(3):
            tool.create(note=[{"text": "and a word"}])
    assert costs[0] == costs[1] <= 27


def test_methods_nobody_knows_are_told_what_there_is(tool: Tool) -> None:
    answer = tool.ask("PUT", "troubleTicket", {})
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"
    assert sentence(tool.ask("GET", "nothing/here"), 404)


def test_without_a_key_nothing_opens(faced: Tool) -> None:
    faced.token = "cdk_nobody_nothing"
    answer = faced.ask("GET", "troubleTicket")
    assert sentence(answer, 401)
    assert "invalid_token" in answer["WWW-Authenticate"]
    assert ("@type" in told(answer)) is (faced.version == "v5")


def test_a_ticket_is_never_deleted(tool: Tool) -> None:
    ticket = tool.create()
    assert sentence(tool.ask("DELETE", f"troubleTicket/{ticket['id']}"), 403).startswith("A ticket is never deleted")


def test_specifications_are_the_query_types_of_the_rules(here: Cast) -> None:
    tool = tool_of(here.sycamore)
    found = tool.get("troubleTicketSpecification?fields=name&limit=200")
    assert {"id": "lss-issue", "name": "Load Shaping Service (LSS) issue"}.items() <= next(
        each for each in found if each["id"] == "lss-issue"
    ).items()
    assert tool.get("troubleTicketSpecification/lss-issue")["specCharacteristic"]
    assert tool.ask("POST", "troubleTicketSpecification", {}).status_code == 405
    assert tool.ask("GET", "troubleTicketSpecification/nothing").status_code == 404


def test_an_idempotency_key_is_honoured(tool: Tool) -> None:
    first, again = (tool.ask("POST", "troubleTicket", TYPED, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, told(first)) == (again.status_code, told(again))
    assert again["Idempotency-Replayed"] == "true"
    other = tool.ask("POST", "troubleTicket", TYPED | {"severity": "Minor"}, **{"Idempotency-Key": "one"})
    assert "another request" in sentence(other, 400)


def test_a_moment_is_given_back_as_one_whatever_its_year(tool: Tool) -> None:
    for written in ("0192-12-10T12:51:53Z", "9999-12-31T23:59:59Z", "2026-11-24T12:00:00+02:00"):
        shown = tool.create(requestedResolutionDate=written)["requestedResolutionDate"]
        assert datetime.fromisoformat(shown) == datetime.fromisoformat(written)


@pytest.mark.parametrize(("named", "status"), [("{} tool", 201), ("Another key", 403)])
def test_only_keys_that_the_agreement_names_may_send(here: Cast, tool: Tool, named: str, status: int) -> None:
    ways = Ways(
        channel=Channel.TMF621,
        endpoint="https://tickets.sycamore.example/api",
        may_send=(named.format(here.sycamore.short_name),),
    )
    agreed(here.sycamore, here.elexon, None, ways, "secret")
    answer = tool.ask("POST", "troubleTicket", TYPED)
    assert answer.status_code == status
    with verbs():
        assert Case.objects.count() == (status == 201)
    if status == 403:
        assert b"does not name the key" in answer.content
