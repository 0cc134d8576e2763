"""The stream on the real server: who hears of a change, who does not, and who is cut off."""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from crossdesk.cases import triage, writing
from crossdesk.cases.models import Case
from crossdesk.cases.raising import Report, raise_case
from crossdesk.cases.tests.cast import NOON, Cast, cast, data_service
from crossdesk.cases.tests.test_delegations import delegated
from crossdesk.kit.time import now
from crossdesk.parties import delegating
from crossdesk.parties.models import Membership, Party
from crossdesk.postgres.tests import processes
from crossdesk.signals import confirming
from crossdesk.signals.models import Fault
from crossdesk.signals.noticing import HEALTH
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.tests.browsing import session_of


@contextmanager
def stream(address: str, session: str, since: str = "", heard: str = "") -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    headers = {"Cookie": f"sessionid={session}"} | ({"Last-Event-ID": heard} if heard else {})
    connection.request("GET", f"/live?since={since}", headers=headers)
    answer = connection.getresponse()
    if answer.status == 200:
        assert answer.readline() == b"retry: 2000\n"
    try:
        yield answer
    finally:
        connection.close()


def next_told(answer: http.client.HTTPResponse) -> dict[str, Any]:
    while line := answer.readline():
        if line.startswith(b"data: "):
            told: dict[str, Any] = json.loads(line[6:])
            return told
    return {}


def next_thread(answer: http.client.HTTPResponse) -> str:
    told = next_told(answer)
    return next_thread(answer) if "missed" in told else str(told.get("thread", ""))


def missed(answer: http.client.HTTPResponse) -> Any:
    return next_told(answer)["missed"]


def test_a_reader_hears_which_thread_changed_and_a_competitor_hears_nothing_of_it(served: str) -> None:
    here = cast()
    priya, hal = session_of("priya@sycamore.example"), session_of("hal@harrier.example")
    with stream(served, priya) as ours, stream(served, hal) as theirs:
        case = here.case()
        assert next_thread(ours) == str(case.pk)
        decide_a_fault(here)
        assert next_thread(ours) == str(HEALTH)
        with verbs():
            Membership.objects.filter(party=here.harrier).update(until=now())
        assert next_thread(theirs) == ""  # the lost right ends the stream, and nothing came before its end
        triage.take(case, by=here.nia, at=NOON)
        assert next_thread(ours) == str(case.pk)


def decide_a_fault(here: Cast) -> None:
    """Of the health board, which something concerns Sycamore on: its open pages are told to ask again."""
    with verbs():
        Thread.objects.create(pk=HEALTH, kind="health", seats=[here.sycamore.seat_id])
        thread = Thread.objects.create(kind="fault", seats=[here.elexon_desk.seat_id])
        when = {"since": NOON, "noticed_at": NOON, "last_at": NOON}
        fault = Fault.objects.create(
            thread=thread, detector="x", desk=here.elexon_desk, because="33 messages", seats=thread.seats, **when
        )
    confirming.dismiss(fault, why="A rehearsal.", by=here.nia, at=NOON)


def test_a_delegate_hears_until_the_delegation_ends_and_nothing_afterwards(served: str) -> None:
    here = cast()
    castell = data_service()
    delegation, mair = delegated(here, castell)
    case = here.case()
    with stream(served, session_of("mair@castell.example")) as theirs:
        triage.take(case, by=here.nia, at=NOON)
        assert next_thread(theirs) == str(case.pk)
        with verbs():
            delegating.end(delegation, by=mair, at=now())
        writing.write(case, to="raiser", words="They hear nothing of this.", by=here.nia, at=NOON)
        with verbs():
            mine = raise_own(castell, here, mair)
        assert next_thread(theirs) == str(mine.pk)


def raise_own(castell: Party, here: Cast, by: Viewer) -> Case:
    return raise_case(Report("Our own", "isd-issue"), raiser=castell, to=here.elexon_desk, by=by, at=NOON)


def test_a_stranger_gets_no_stream(served: str) -> None:
    for session in ("", "forged"):
        with stream(served, session) as answer:
            assert answer.status == 401


def listening(address: str, session: str) -> str:
    """The moment from which this server misses nothing."""
    while True:
        with stream(address, session, since=f"{time.time():.3f}") as answer:
            told = next_told(answer)
        if told["missed"] != "all":
            return f"{told['now']}"


def test_what_changed_between_a_page_and_its_stream_is_told_at_the_opening(served: str) -> None:
    here = cast()
    priya, hal = session_of("priya@sycamore.example"), session_of("hal@harrier.example")
    rendered = listening(served, priya)
    case = raised_and_heard_of(here, served, priya)
    with stream(served, priya, rendered) as ours, stream(served, hal, rendered) as theirs:
        assert missed(ours) == [str(case.pk)]
        assert missed(theirs) == []


def raised_and_heard_of(here: Cast, address: str, session: str) -> Case:
    """The server has it from the database: an open stream told of it."""
    with stream(address, session) as another_page:
        case = here.case()
        assert next_thread(another_page) == str(case.pk)
    return case


def missed_by(served: str, session: str, since: str) -> Any:
    with stream(served, session, since) as answer:
        return missed(answer)


def test_what_was_heard_last_counts_more_than_when_the_page_was_made(served: str) -> None:
    here = cast()
    priya = session_of("priya@sycamore.example")
    rendered = listening(served, priya)
    case = raised_and_heard_of(here, served, priya)
    assert missed_by(served, priya, rendered) == [str(case.pk)]
    with stream(served, priya, rendered, heard=f"{time.time() + 3:.3f}") as answer:
        assert missed(answer) == []


def test_a_page_older_than_the_listener_is_told_that_anything_may_have_changed(served: str) -> None:
    cast()
    priya = session_of("priya@sycamore.example")
    for since in ("0", "1.5", "-1"):
        with stream(served, priya, since) as answer:
            assert missed(answer) == "all"


def test_a_moment_bent_by_hand_is_none(served: str) -> None:
    cast()
    priya = session_of("priya@sycamore.example")
    for since in ("", "x", "nan", "inf", "1e999", "%00"):
        with stream(served, priya, since) as answer:
            assert missed(answer) == []


def test_a_storm_of_streams_opens_and_hears(served: str) -> None:
    here = cast()
    priya = session_of("priya@sycamore.example")
    with ExitStack() as storm, ThreadPoolExecutor(40) as at_once:
        began = time.monotonic()
        opened = list(at_once.map(lambda _: stream(served, priya, f"{time.time():.3f}"), range(200)))
        answers = list(at_once.map(storm.enter_context, opened))
        list(at_once.map(missed, answers))
        assert time.monotonic() - began < 10
        case = here.case()
        began = time.monotonic()
        assert set(at_once.map(next_thread, answers)) == {str(case.pk)}
        assert time.monotonic() - began < 2


def test_after_a_restart_a_browser_is_told_that_anything_may_have_changed(
    environment: dict[str, str], start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    cast()
    priya, address = session_of("priya@sycamore.example"), environment["CROSSDESK_URL"]
    command = ("serve", "--port", str(urlsplit(address).port))
    server = start(*command)
    processes.wait_for(f"{address}/healthz", server)
    rendered = listening(address, priya)
    server.terminate()
    server.wait(15)
    processes.wait_for(f"{address}/healthz", start(*command))
    assert missed_by(address, priya, rendered) == "all"
