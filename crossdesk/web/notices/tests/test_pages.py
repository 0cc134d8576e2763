"""The pages of updates as the people they are for: the lead desk writes, told parties read, nobody else comes in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crossdesk.kit.time import now
from crossdesk.notices.models import Briefing
from crossdesk.notices.publishing import leave_due
from crossdesk.notices.tests.conftest import MPAN, Incident, contact, declared
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]
SHEET = {
    "title": "Registration data is late",
    "words-happened-1": "Registrations did not load.",
    "mark-happened-1": "public",
    "words-doing-1": "The load runs again from record 48,112.",
    "mark-doing-1": "resolvers",
    "words-you-1": "",
    "mark-you-1": "lead",
    "audiences": ["resolvers", "affected"],
    "next_update_by": "",
}


@pytest.fixture
def it(db: None) -> Incident:
    it = declared()
    contact(it.here.harrier, "ops@harrier.example")
    return it


def address(it: Incident, path: str = "") -> str:
    return f"/majors/{it.major.reference}/update/{path}"


def state(it: Incident) -> str:
    with verbs():
        return Briefing.objects.latest("pk").state


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_update_is_written_looked_at_sent_and_stopped(it: Incident, browser: Browser) -> None:
    nia = browser(it.here.nia)
    assert "Write the update" in text(nia.get(address(it)))
    assert nia.post(address(it, "draft/"), SHEET).status_code == 302
    page = text(nia.get(address(it)))
    assert page.count("Registrations did not load.") == 3  # two audiences and the form
    assert "1 letter" in page
    assert "ops@harrier.example" in page
    nia.post(address(it, "send/"), {"number": "1"})
    assert "It leaves in" in text(nia.get(address(it)))
    nia.post(address(it, "stop/"), {"number": "1", "why": "A word is wrong."})
    assert state(it) == "stopped"
    assert "The load runs again from record 48,112." in text(nia.get(address(it))), "the next one begins with its words"


def test_what_is_refused_keeps_its_words(it: Incident, browser: Browser) -> None:
    answer = browser(it.here.nia).post(address(it, "draft/"), {**SHEET, "title": ""})
    assert answer.status_code == 422
    assert "Give the update a title" in text(answer)
    assert "The load runs again from record 48,112." in text(answer)


def test_the_guard_speaks_on_the_page(it: Incident, browser: Browser) -> None:
    nia = browser(it.here.nia)
    nia.post(address(it, "draft/"), {**SHEET, "words-happened-1": f"Look at {MPAN}."})
    answer = nia.post(address(it, "send/"), {"number": "1"})
    assert answer.status_code == 422
    assert f"Line 1 holds the MPAN {MPAN}, which affected parties may not read." in text(answer)
    assert state(it) == "draft"


def test_a_market_wide_one_shows_whose_turn_it_is(it: Incident, browser: Browser) -> None:
    nia, tom = browser(it.here.nia), browser(it.here.tom)
    nia.post(address(it, "draft/"), {**SHEET, "audiences": ["public"]})
    nia.post(address(it, "send/"), {"number": "1"})
    assert "You asked for it; another person at Elexon Service Desk agrees." in text(nia.get(address(it)))
    assert nia.post(address(it, "agreement/"), {"number": "1"}).status_code == 403
    tom.post(address(it, "agreement/"), {"number": "1"})
    assert state(it) == "leaving"
    late = tom.post(address(it, "agreement/"), {"number": "1"})
    assert (late.status_code, "was here before you" in text(late)) == (409, True)


def test_whoever_is_not_in_the_room_finds_nothing(it: Incident, browser: Browser) -> None:
    browser(it.here.nia).post(address(it, "draft/"), SHEET)
    for who in (it.here.hal, it.here.priya, it.here.gwen):
        stranger = browser(who)
        assert stranger.get(address(it)).status_code == 404
        assert stranger.post(address(it, "send/"), {"number": "1"}).status_code == 404
    assert state(it) == "draft"


def test_a_told_party_reads_its_rendering_and_not_the_recipients(it: Incident, browser: Browser) -> None:
    nia = browser(it.here.nia)
    nia.post(address(it, "draft/"), SHEET)
    nia.post(address(it, "send/"), {"number": "1"})
    leave_due(now() + timedelta(minutes=2))
    hal = text(browser(it.here.hal).get("/updates/"))
    assert "Registrations did not load." in hal
    assert "48,112" not in hal
    assert "48,112" in text(nia.get("/updates/"))
    assert "ops@harrier.example" in text(nia.get(f"/majors/{it.major.reference}/updates/1/"))
    assert browser(it.here.hal).get(f"/majors/{it.major.reference}/updates/1/").status_code == 404


def test_nothing_was_told_yet_teaches(it: Incident, browser: Browser) -> None:
    assert "You were told of no major incident" in text(browser(it.here.hal).get("/updates/"))


def test_a_contact_is_subscribed_and_ended_on_the_page(it: Incident, browser: Browser) -> None:
    hal = browser(it.here.hal)
    hal.post("/updates/subscriptions/", {"system": "dip", "address": "ops@harrier.example"})
    assert "ops@harrier.example hears of Data Integration Platform" in text(hal.get("/updates/"))
    assert "hears of" not in text(browser(it.here.priya).get("/updates/"))
    refused = hal.post("/updates/subscriptions/", {"system": "dip", "address": "ceo@sycamore.example"})
    assert (refused.status_code, "that of a nominated contact" in text(refused)) == (422, True)


def test_the_desk_names_executives_and_nobody_else_sees_them(it: Incident, browser: Browser) -> None:
    nia = browser(it.here.nia)
    who = {
        "desk": str(it.here.elexon_desk.pk),
        "kind": "regulator",
        "name": "Dana Cole",
        "organisation": "Ofgem",
        "address": "dana@ofgem.example",
    }
    assert nia.post("/updates/readers/new/", who).status_code == 302
    assert "Dana Cole" in text(nia.get("/updates/readers/"))
    gwen = browser(it.here.gwen)
    assert "Dana Cole" not in text(gwen.get("/updates/readers/"))
    assert "keeps the executives and regulators" in text(gwen.post("/updates/readers/new/", who))


def test_the_page_asks_a_steady_number_of_questions(
    it: Incident, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    nia, hal = browser(it.here.nia), browser(it.here.hal)
    nia.post(address(it, "draft/"), {**SHEET, "audiences": ["resolvers", "executives", "affected", "raisers"]})
    for number in range(20):
        contact(it.here.harrier, f"c{number}@harrier.example")
    with django_assert_max_num_queries(90):
        nia.get(address(it))
    with django_assert_max_num_queries(25):
        hal.get("/updates/")


def test_a_file_goes_along_and_is_left_out_again(it: Incident, browser: Browser) -> None:
    nia = browser(it.here.nia)
    nia.post(address(it, "draft/"), SHEET)
    file = SimpleUploadedFile("steps.txt", b"Wait.\n", "text/plain")
    nia.post(address(it, "files/"), {"number": "1", "file": file, "mark": "affected"})
    assert "steps.txt" in text(nia.get(address(it)))
    with verbs():
        pk = Briefing.objects.get().enclosures.get().pk
    nia.post(address(it, f"files/{pk}/out/"), {"number": "1"})
    assert "steps.txt" not in text(nia.get(address(it)))
