"""Receiving cases by mail (approach, section 7.2), with an ordinary mail client on the other side."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from crossdesk.cases import triage
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.exchange import receiving
from crossdesk.exchange.asking import sheet
from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import DESK, LATER, PostOffice, nominate, words_of, written
from crossdesk.mailbox.listener import Listener
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
OPS = "Sycamore Ops <ops@sycamore.example>"


@pytest.fixture
def here() -> Cast:
    here = cast()
    nominate(here.sycamore, "ops@sycamore.example")
    return here


def send_by_smtp(letter: EmailMessage, *to: str) -> RawMail:
    """By SMTP into a real listener. What it took is stored on this thread, which alone sees the story's database."""
    taken: list[RawLetter] = []

    def take(letter: RawLetter) -> str:
        taken.append(letter)
        return "kept"

    with (
        Listener(take, clock=lambda: LATER, takes=lambda _: True) as door,
        smtplib.SMTP("127.0.0.1", door.port) as client,
    ):
        client.send_message(letter, to_addrs=list(to) or [DESK])
    for raw in taken:
        receiving.store(raw)
    receiving.process_waiting(lambda: LATER)
    with verbs():
        return RawMail.objects.latest("pk")


def only_case() -> Case:
    with verbs():
        return Case.objects.select_related("raiser", "owner").get()


def given() -> dict[str, bool]:
    with verbs():
        return {item.key: item.given for item in sheet(Case.objects.get())}


def test_what_is_missing_is_asked_once_and_ticked_off_as_it_comes(here: Cast, office: PostOffice) -> None:
    send_by_smtp(written(OPS, DESK, "FW: [EXTERNAL] IF-036 not arriving", "Since nine nothing arrives."))
    assert only_case().summary == "IF-036 not arriving"
    send_due(lambda: LATER)
    (first,) = office.letters
    back = str(first["Reply-To"])
    assert words_of(first).count("\n- ") == 4
    send_by_smtp(written(OPS, back, "RE: IF-036", "We suspect the certificate; we checked our log.\n"), back)
    assert given() == {
        "suspected-cause": True,
        "investigation-evidence": True,
        "supporting-evidence": False,
        "references": False,
    }
    more = written(OPS, back, "RE: IF-036", "The MPAN is 1200023305967.\n")
    more.add_attachment(b"09:40 E03\n", maintype="text", subtype="plain", filename="log.txt")
    send_by_smtp(more, back)
    assert all(given().values())
    send_due(lambda: LATER)
    assert len(office.letters) == 1, "asked once, whatever comes"


def test_what_stands_in_our_own_quoted_letter_ticks_nothing_off(here: Cast, office: PostOffice) -> None:
    send_by_smtp(written(OPS, DESK, "Nothing arrives", "Since nine."))
    send_due(lambda: LATER)
    back, quoted = str(office.letters[0]["Reply-To"]), words_of(office.letters[0])
    send_by_smtp(written(OPS, back, "RE: Nothing arrives", f"Any news?\n\n{quoted}"), back)
    assert not any(given().values())


@pytest.mark.parametrize("way", ["own", "onward"])
def test_the_raiser_hears_once_that_the_case_is_accepted(here: Cast, office: PostOffice, way: str) -> None:
    send_by_smtp(written(OPS, DESK, "Nothing arrives", "Since nine."))
    case = only_case()
    triage.take(case, by=here.nia, at=LATER)
    if way == "own":
        triage.own(case, by=here.nia, at=LATER, note="We found the queue.")
    what = Engagement(ask="Please check.", outside_because="Our side delivered.")
    engage(case, here.pennine_help, what, by=here.nia, at=LATER)
    send_due(lambda: LATER)
    letters = [letter for letter in office.letters if "Accepted" in letter["Subject"]]
    assert [letter["To"] for letter in letters] == ["ops@sycamore.example"]
    said = "We found the queue." if way == "own" else "together with Pennine Grid help desk"
    assert said in words_of(letters[0])


def test_advice_with_the_right_desk_reaches_the_raiser(here: Cast, office: PostOffice) -> None:
    send_by_smtp(written(OPS, DESK, "One message rejected", "Since nine."))
    case = only_case()
    triage.take(case, by=here.nia, at=LATER)
    triage.redirect(case, by=here.nia, at=LATER, why="A single rejected message.", to=here.pennine_help)
    send_due(lambda: LATER)
    words = words_of(office.letters[-1])
    assert "belongs to another desk: Pennine Grid help desk" in words
    assert "A single rejected message." in words


def test_an_automatic_reply_of_a_contact_raises_nothing(here: Cast) -> None:
    send_by_smtp(written(OPS, DESK, "Automatic reply: away", "Back on Monday.", Auto_Submitted="auto-replied"))
    with verbs():
        assert not Case.objects.exists()
        assert not OutboxItem.objects.exists()
