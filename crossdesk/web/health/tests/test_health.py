"""The health board over HTTP: the operator's desk reads all and decides, a party reads its own part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crossdesk.cases.models import Case
from crossdesk.kit.time import half_hour_of, now
from crossdesk.signals.digesting import digest_waiting
from crossdesk.signals.models import Fault, Feed, HalfHour, Share
from crossdesk.signals.questions import HALF_HOUR
from crossdesk.signals.sampling import Trouble, written
from crossdesk.signals.tests.conftest import Watched, watch
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]


@pytest.fixture
def watched(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setenv("CROSSDESK_SIGNALS_FOLDER", str(tmp_path / "signals"))
    return watch()


def journal(watched: Watched, mpans: int = 640) -> bytes:
    """Within one half-hour, the one before this: a message that crosses into the next is counted in both."""
    begins = half_hour_of(now()) - HALF_HOUR
    made = watched.sampling(5)
    events = list(made.trouble(Trouble(begins, timedelta(minutes=29), mpans=mpans)))
    return written([*events, {"TimeGenerated": "yesterday", "DIPStage": "Outbound", "Status": "Delivered"}], "ndjson")


def read(watched: Watched) -> Fault:
    watched.given(journal(watched), now())
    with verbs():
        return Fault.objects.get()


def page(client: Client, path: str = "/health/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_given_on_the_page_noticed_and_confirmed(watched: Watched, browser: Browser) -> None:
    nia = browser(watched.here.nia)
    assert "Nothing was read yet" in page(nia)
    content = journal(watched)
    for _ in range(2):
        file: Any = SimpleUploadedFile("journal.ndjson", content)
        assert nia.post("/health/feeds/", {"file": file}).status_code == 302
    with verbs():
        feed = Feed.objects.earliest("pk")
    assert "It is being read" in page(nia, f"/health/feeds/{feed.pk}/")
    digest_waiting(now())
    told = page(nia, f"/health/feeds/{feed.pk}/")
    assert "its time cannot be read: write ISO 8601" in told
    assert "1921" in told.replace(",", "")
    board = page(nia)
    assert "640 MPANs within 60 minutes, more than 100" in board
    assert "Probably: Pennine Grid help desk" in board
    assert "640 of 640 messages failed" in board
    with verbs():
        fault = Fault.objects.get()
    one = f"/health/faults/{fault.pk}/"
    assert "REG0000" in page(nia, one)
    refused = nia.post(f"{one}dismissal", {"why": ""})
    assert refused.status_code == 422
    assert "Say why it is no fault" in refused.content.decode()
    assert nia.post(f"{one}confirmation").status_code == 302
    with verbs():
        case = Case.objects.get()
    assert str(case) in page(nia)
    again = nia.post(f"{one}confirmation")
    assert again.status_code == 422
    assert "was here before you: it is confirmed" in again.content.decode()


def test_a_party_reads_its_own_part_and_what_to_do(watched: Watched, browser: Browser) -> None:
    here, fault = watched.here, read(watched)
    priya, gwen = browser(here.priya), browser(here.gwen)
    told = page(priya)
    assert "Your messages are refused by their recipient" in told
    assert "214 messages, 214 MPANs, 2 other parties affected" in told
    assert "market: 640 of 640" in told
    own = page(gwen)
    assert "Your own system refuses messages since" in own
    assert "640 messages, 640 MPANs, 3 parties affected" in own
    listed = page(priya, "/health/messages/?interface=IF-031&side=recipient")
    assert "Pennine" in listed
    for text in (told, listed):
        assert "Harrier" not in text
        assert "Meridian" not in text
        assert "2300000002" not in text
    for path in (f"/health/faults/{fault.pk}/", "/health/feeds/1/"):
        assert priya.get(path).status_code == 404
    assert priya.post(f"/health/faults/{fault.pk}/confirmation").status_code == 404
    assert "Only the Elexon Service Desk gives events" in page(priya, "/health/feeds/")
    refused = priya.post("/health/feeds/", {"file": SimpleUploadedFile("x.csv", b"a,b\n")})
    assert refused.status_code == 422


def test_a_journal_that_stopped_coming_is_told_to_all(watched: Watched, browser: Browser) -> None:
    read(watched)
    assert "Nothing newer than" not in page(browser(watched.here.nia))
    with verbs():
        long_ago = half_hour_of(now()) - timedelta(hours=3)
        Feed.objects.update(last_at=long_ago)
        for kind in (HalfHour, Share):
            kind._default_manager.update(begins_at=long_ago)
    for who, next_step in (
        (watched.here.nia, "Look at what feeds it"),
        (watched.here.priya, "look at your own system"),
    ):
        told = page(browser(who))
        assert "Nothing newer than" in told
        assert next_step in told


def test_the_board_asks_as_much_of_ten_faults_as_of_one(
    watched: Watched, browser: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    read(watched)
    nia = browser(watched.here.nia)
    page(nia)
    with django_assert_max_num_queries(32):
        page(nia, "/health/?part=board")
