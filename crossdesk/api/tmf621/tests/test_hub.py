"""Subscribing, and being told over real HTTP what happened to one's own tickets and to nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from crossdesk.accounts import keys
from crossdesk.accounts.models import Key
from crossdesk.api.tmf621.leaving import address
from crossdesk.api.tmf621.tests.tool import Tool, engaged, sentence, told, tool_of
from crossdesk.cases import triage, writing
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs, viewing
from crossdesk.webhooks.leaving import tell_due
from crossdesk.webhooks.models import Event, Subscription


class Listener:
    """Their server: what it was told, and what it answers next."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.answers: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((self.path, json.loads(body)))
                self.send_response(listener.answers.pop(0) if listener.answers else 204)
                self.end_headers()

            def log_message(self, *said: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tmf"

    @property
    def kinds(self) -> list[str]:
        return [body["eventType"].removeprefix("TroubleTicket") for _, body in self.heard]


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    listener = Listener()
    settings.EXCHANGE_INSIDE = [f"127.0.0.1:{listener.server.server_port}"]
    Thread(target=listener.server.serve_forever, daemon=True).start()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


def subscribed(tool: Tool, callback: str, query: str = "") -> Any:
    answer = tool.ask("POST", "hub", {"@type": "Hub", "callback": callback, **({"query": query} if query else {})})
    assert answer.status_code == 201, answer.content
    return told(answer)


def case_of(here: Cast, ticket: Any) -> Case:
    with viewing(here.nia):
        return Case.objects.get(pk=ticket["id"])


def test_a_subscription_is_made_listed_and_taken_back(faced: Tool, here: Cast, listener: Listener) -> None:
    made = subscribed(faced, listener.url, "eventType=TroubleTicketStatusChangeEvent")
    assert faced.get("hub") == [made] == [faced.get(f"hub/{made['id']}")]
    again = {"callback": made["callback"], "query": made["query"]}
    assert "already" in sentence(faced.ask("POST", "hub", again), 409)
    assert tool_of(here.harrier, faced.version).get("hub") == []
    assert tool_of(here.harrier, faced.version).ask("DELETE", f"hub/{made['id']}").status_code == 404
    assert faced.ask("DELETE", f"hub/{made['id']}").status_code == 204
    assert faced.ask("DELETE", f"hub/{made['id']}").status_code == 404


def test_a_callback_into_a_private_network_is_refused(tool: Tool) -> None:
    for callback in ("http://127.0.0.1:9/x", "http://10.0.0.7/", "http://[::1]/", "http://169.254.169.254/latest"):
        assert "leads into a private network" in sentence(tool.ask("POST", "hub", {"callback": callback}), 400)
    for other in ("", "ftp://files.example", "https://me:secret@partner.example", 7):
        assert tool.ask("POST", "hub", {"callback": other}).status_code == 400


def test_a_query_names_events_that_there_are(tool: Tool, listener: Listener) -> None:
    for query in ("eventType=Other", "colour=red", "x"):
        assert tool.ask("POST", "hub", {"callback": listener.url, "query": query}).status_code == 400


def test_a_party_is_told_what_others_did_and_not_what_its_own_tool_did(
    faced: Tool, here: Cast, listener: Listener
) -> None:
    subscribed(faced, listener.url)
    rival = tool_of(here.harrier, faced.version)
    subscribed(rival, f"{listener.url}/rival")
    ticket = faced.create(note=[{"text": "Our own word."}])
    case = case_of(here, ticket)
    triage.take(case, by=here.nia, at=now())
    writing.write(case, to="internal", words="between us", by=here.nia, at=now())
    writing.ask_raiser(case, words="Which file?", due_at=now() + timedelta(days=1), by=here.nia, at=now())
    tell_due()
    assert listener.kinds == ["StatusChangeEvent", "StatusChangeEvent", "InformationRequiredEvent"]
    path, event = listener.heard[-1]
    assert path == "/tmf/listener/troubleTicketInformationRequiredEvent"
    assert event["event"]["troubleTicket"]["status"] == "pending"
    assert "between us" not in str(listener.heard)
    assert ("@type" in event) is (faced.version == "v5")


def test_a_thin_subscriber_is_told_what_it_asked_for(tool: Tool, here: Cast, listener: Listener) -> None:
    subscribed(tool, listener.url, "eventType=TroubleTicketStatusChangeEvent&fields=status")
    case = here.case()
    triage.take(case, by=here.nia, at=now())
    tell_due()
    ((_, event),) = listener.heard
    assert set(event["event"]["troubleTicket"]) == {"id", "href", "status", "@type"}


def test_an_engaged_party_is_told_of_its_leg_alone(tool: Tool, here: Cast, listener: Listener) -> None:
    pennine = tool_of(here.pennine)
    subscribed(pennine, listener.url)
    case = here.case()
    leg = engaged(here, case, at=now())
    writing.write(case, to="raiser", words="to the raiser", by=here.nia, at=now())
    writing.write(case, to=f"leg:{leg.pk}", words="to the leg", by=here.nia, at=now())
    tell_due()
    assert listener.kinds == ["CreateEvent", "AttributeValueChangeEvent"]
    assert {body["event"]["troubleTicket"]["id"] for _, body in listener.heard} == {
        ticket["id"] for ticket in pennine.get("troubleTicket")
    }


def test_what_is_not_taken_waits_in_its_order_and_what_is_refused_does_not(
    tool: Tool, here: Cast, listener: Listener
) -> None:
    subscribed(tool, listener.url)
    case = here.case()
    triage.take(case, by=here.nia, at=now())
    listener.answers = [500]
    assert tell_due() == 1
    later = now() + timedelta(minutes=1)
    listener.answers = [422]
    assert tell_due(lambda: later) == 2
    assert listener.kinds == ["CreateEvent", "CreateEvent", "StatusChangeEvent"]
    with verbs():
        states = list(Event.objects.order_by("pk").values_list("state", "attempts"))
    assert states == [("dead", 2), ("told", 1)]


def test_gone_ends_a_subscription_and_a_revoked_key_ends_the_telling(
    tool: Tool, here: Cast, listener: Listener
) -> None:
    subscribed(tool, listener.url)
    here.case()
    with verbs():
        (key,) = Key.objects.all()
    keys.revoke_unasked(key, by="Test", at=now())
    assert tell_due() == 0
    tool_of(here.sycamore)
    listener.answers = [410]
    assert tell_due() == 1
    with verbs():
        assert Subscription.objects.filter(ended_at=None).count() == 0


def test_where_an_event_is_posted() -> None:
    kind = "TroubleTicketResolvedEvent"
    assert address("https://a.example/x/", kind) == "https://a.example/x/listener/troubleTicketResolvedEvent"
    assert address("https://a.example/listener", kind) == "https://a.example/listener/troubleTicketResolvedEvent"
