"""The pages of known errors, the gate and the case page: who sees "known, workaround, fix due", and who nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from crossdesk.cases import triage
from crossdesk.cases.known_links import KnownLink
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.known_errors import publishing
from crossdesk.known_errors.models import Answered, KnownError
from crossdesk.known_errors.tests.conftest import Known, known
from crossdesk.threads.viewer import Viewer, verbs

Browser = Callable[[Viewer], Client]
ASK = {"ask": "IF-036 confirmations missing after the overnight load, REG0000"}


@pytest.fixture
def it(here: Cast) -> Known:
    return known(here)


def test_the_desk_writes_publishes_and_ends_it(it: Known, browser: Browser) -> None:
    client = browser(it.mo)
    said = {
        "desk": it.here.elexon_desk.pk, "title": "Loads are late <b>again</b>", "workaround": "Wait.",
        "systems": "DIP, mds", "interfaces": "if-036", "codes": "reg 0000; ChangeOfSupplier",
        "references": "batch-1\nbatch-2",
    }  # fmt: skip
    assert "be told from a word" in client.post("/known-errors/new", {**said, "codes": "often"}).content.decode()
    where = client.post("/known-errors/new", said).headers["Location"]
    text = client.get(where).content.decode()
    for words in (
        "Loads are late &lt;b&gt;again",
        "IF-036",
        "REG0000, ChangeOfSupplier",
        "batch-1, batch-2",
        "Publish",
    ):
        assert words in text
    answer = client.post(f"{where}publication", {"to": "parties"})
    assert (answer.status_code, "Name at least one party" in answer.content.decode()) == (422, True)
    assert client.post(f"{where}publication", {"to": "parties", "parties": [it.here.sycamore.pk]}).status_code == 302
    assert "Sycamore Energy" in client.get(where).content.decode()
    text = browser(it.here.priya).get(where).content.decode()
    assert "What helps until it is fixed" in text
    assert [each for each in ("batch-1", "What was done", "Measures", "Withdraw", "read by") if each in text] == []
    assert browser(it.here.hal).get(where).status_code == 404
    assert client.post(f"{where}readers", {"to": "desk"}).status_code == 302
    assert browser(it.here.priya).get(where).status_code == 404
    assert client.post(f"{where}fix", {"how": "Release 2.3."}).status_code == 302


def test_the_gate_tells_only_whom_it_is_published_to(it: Known, browser: Browser) -> None:
    it.published("parties", it.here.sycamore)
    client = browser(it.here.priya)
    text = client.post("/raise/ask/", ASK).content.decode()
    for words in ("Known:", "Send the message again after 06:00.", "no date for the fix yet", "This answers it"):
        assert words in text
    assert "Send the message again" not in browser(it.here.hal).post("/raise/ask/", ASK).content.decode()
    form = {"query_type": "dip-message-failure", "summary": ASK["ask"]}
    assert "Known already" in client.post("/raise/gate/", form).content.decode()
    assert client.post(f"/known-errors/{it.error}/answered").status_code == 302
    assert browser(it.here.hal).post(f"/known-errors/{it.error}/answered").status_code == 404
    with verbs():
        assert Answered.objects.count() == 1


def test_a_triager_links_with_one_press_and_the_raiser_reads_it(it: Known, browser: Browser) -> None:
    it.published()
    case = it.here.case()
    triage.take(case, by=it.here.nia, at=NOON)
    client, page = browser(it.here.nia), f"/cases/{case}/"
    assert "Link it" in client.get(page).content.decode()
    assert browser(it.here.gwen).post(f"/known-errors/{it.error}/cases", {"case": str(case)}).status_code == 404
    assert client.post(f"/known-errors/{it.error}/cases", {"case": str(case)}).headers["Location"] == page
    text = browser(it.here.priya).get(page).content.decode()
    assert "<b>Known:</b>" in text
    assert [each for each in ("Link it", "Take it off", "Open a problem") if each in text] == []
    assert str(case) in client.get(f"/known-errors/{it.error}/").content.decode()
    client.post(f"/known-errors/{it.error}/cases", {"case": str(case), "off": "1"})
    with verbs():
        assert not KnownLink.objects.exists()


def test_the_list_finds_and_teaches(it: Known, browser: Browser) -> None:
    client = browser(it.here.priya)
    assert "Nothing is published to you here." in client.get("/known-errors/").content.decode()
    it.published()
    assert str(it.error) in client.get("/known-errors/?q=overnight+confirmations").content.decode()
    assert "Nothing known goes by these words" in client.get("/known-errors/?q=kettle").content.decode()
    publishing.withdraw(it.error, why="Another.", by=it.mo, at=NOON)
    assert str(it.error) not in client.get("/known-errors/?show=past").content.decode()
    with verbs():
        assert KnownError.objects.count() == 1
