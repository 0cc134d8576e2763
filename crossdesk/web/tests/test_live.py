"""The stream on the real server: who hears of a change, who does not, and who is cut off."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from crossdesk.cases import triage
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.kit.time import now
from crossdesk.parties.models import Membership, Person
from crossdesk.threads.viewer import verbs


def session_of(email: str) -> str:
    person = Person.objects.get(email=email)
    kept = SessionStore()
    kept[SESSION_KEY] = str(person.pk)
    kept[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    kept[HASH_SESSION_KEY] = person.get_session_auth_hash()
    kept.create()
    assert kept.session_key
    return kept.session_key


@contextmanager
def stream(address: str, session: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", "/live", headers={"Cookie": f"sessionid={session}"})
    answer = connection.getresponse()
    if answer.status == 200:
        assert answer.readline() == b"retry: 2000\n"
    try:
        yield answer
    finally:
        connection.close()


def next_thread(answer: http.client.HTTPResponse) -> str:
    while line := answer.readline():
        if line.startswith(b"data: "):
            return str(json.loads(line[6:])["thread"])
    return ""


def test_a_reader_hears_which_thread_changed_and_a_competitor_hears_nothing_of_it(served: str) -> None:
    here = cast()
    priya, hal = session_of("priya@sycamore.example"), session_of("hal@harrier.example")
    with stream(served, priya) as ours, stream(served, hal) as theirs:
        case = here.case()
        assert next_thread(ours) == str(case.pk)
        with verbs():
            Membership.objects.filter(party=here.harrier).update(until=now())
        assert next_thread(theirs) == ""  # the lost right ends the stream, and nothing came before its end
        triage.take(case, by=here.nia, at=NOON)
        assert next_thread(ours) == str(case.pk)


@pytest.mark.parametrize("session", ["", "forged"])
def test_a_stranger_gets_no_stream(served: str, session: str) -> None:
    with stream(served, session) as answer:
        assert answer.status == 401
