from __future__ import annotations

import pytest
from django.test import Client, override_settings

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.exchange import sunk
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import DESK, LATER, arrive, engaged, post_office, written
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer, verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Cast:
    return cast()


def browser(viewer: Viewer) -> Client:
    assert viewer.person is not None
    client = Client(SERVER_NAME="localhost")
    with verbs():
        person = Person.objects.get(pk=viewer.person)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def stray(subject: str = "About your case", words: str = "From my other address.") -> RawMail:
    return arrive(written("ann@home.example", DESK, subject, words))


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_unmatched_letter_stands_in_the_list_with_its_reason(here: Cast) -> None:
    stray()
    shown = page(browser(here.nia), "/mail/")
    assert "About your case" in shown
    assert "nobody nominated its sender" in shown


def test_another_desk_does_not_see_it(here: Cast) -> None:
    mail = stray()
    assert "About your case" not in page(browser(here.gwen), "/mail/")
    page(browser(here.gwen), f"/mail/{mail.pk}/", status=404)
    page(browser(here.priya), f"/mail/{mail.pk}/original", status=404)


def test_what_a_stranger_wrote_is_shown_as_words_only(here: Cast) -> None:
    mail = stray("<script>alert(1)</script>", "<img src=x onerror=alert(2)>")
    shown = page(browser(here.nia), f"/mail/{mail.pk}/")
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;img" in shown


def test_it_is_filed_onto_a_leg_with_one_button(here: Cast) -> None:
    leg = engaged(here)
    mail = stray()
    nia = browser(here.nia)
    assert "On the leg to Pennine Grid service desk" in page(nia, f"/mail/{mail.pk}/?reference={leg.case.reference}")
    assert nia.post(f"/mail/{mail.pk}/filing", {"leg": leg.pk}).status_code == 302
    with verbs():
        assert Leg.objects.get(pk=leg.pk).stage == LegStage.ACKNOWLEDGED
    assert "Filed on" in page(nia, "/mail/?show=filed")


def test_it_is_raised_as_a_case(here: Cast) -> None:
    mail = stray("Nothing arrives")
    assert browser(here.nia).post(f"/mail/{mail.pk}/case", {"party": here.sycamore.pk}).status_code == 302
    with verbs():
        assert Case.objects.get().summary == "Nothing arrives"


def test_setting_aside_without_a_reason_says_so_and_changes_nothing(here: Cast) -> None:
    mail = stray()
    nia = browser(here.nia)
    refused = nia.post(f"/mail/{mail.pk}/setting-aside", {"why": ""})
    assert refused.status_code == 422
    assert "Say why the letter is set aside" in refused.content.decode()
    nia.post(f"/mail/{mail.pk}/setting-aside", {"why": "Advertising."})
    assert "Advertising." in page(nia, "/mail/?show=aside")


def test_a_letter_that_cannot_be_delivered_is_sent_again(here: Cast) -> None:
    with post_office() as office, override_settings(SMTP_URL=office.url):
        engaged(here)
        office.unknown = {"service@pennine.example"}
        send_due(lambda: LATER)
        nia = browser(here.nia)
        assert "Letters that did not leave" in page(nia, "/mail/")
        with verbs():
            item = OutboxItem.objects.get()
        assert nia.post(f"/mail/out/{item.pk}/sending").status_code == 302
    with verbs():
        assert OutboxItem.objects.get().state == OutboxItem.State.WAITING


def test_the_sink_is_there_only_in_a_demonstration(here: Cast) -> None:
    letter = written("desk@desk.crossdesk.example", "service@pennine.example", "Case CP-1", "Please look.")
    sunk.keep(RawLetter(letter.as_bytes(), "", ("service@pennine.example",), NOON, Transport.SMTP))
    nia = browser(here.nia)
    page(nia, "/mail/sink/", status=404)
    with override_settings(DEMONSTRATION=True):
        assert "service@pennine.example" in page(nia, "/mail/sink/")
        assert "Case CP-1" not in page(browser(here.hal), "/mail/sink/")
