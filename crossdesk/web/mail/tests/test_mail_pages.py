from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from crossdesk.access import Role
from crossdesk.cases import closing, erasing, leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.exchange import sunk
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail, SenderNote
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import DESK, LATER, arrive, engaged, nominate, post_office, written
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
    assert "File on the leg to Pennine Grid service desk" in page(
        nia, f"/mail/{mail.pk}/?reference={leg.case.reference}"
    )
    assert nia.post(f"/mail/{mail.pk}/filing", {"leg": leg.pk}).status_code == 302
    with verbs():
        assert Leg.objects.get(pk=leg.pk).stage == LegStage.ACKNOWLEDGED
    assert "Filed on" in page(nia, "/mail/?show=filed")


def test_a_letter_from_the_engaged_desk_s_own_domain_is_suggested_there(here: Cast) -> None:
    leg = engaged(here)
    mail = arrive(written("ann.hill@pennine.example", DESK, "From my own mailbox", "We look."))
    nia = browser(here.nia)
    shown = page(nia, f"/mail/{mail.pk}/")
    assert "writes from pennine.example too" in shown
    assert f'name="leg" value="{leg.pk}" data-key="1"' in shown


def test_their_number_and_the_subject_s_words_suggest_a_case(here: Cast) -> None:
    leg = engaged(here)
    leg_work.acknowledge(leg, by=here.nia, at=NOON, their_reference="INC0012345")
    numbered = stray("FW: INC 0012345 done")
    alike = stray("AW: confirmations missing overnight")
    nia = browser(here.nia)
    assert "the number of Pennine Grid service desk" in page(nia, f"/mail/{numbered.pk}/")
    assert "its subject shares “confirmations, missing, overnight”" in page(nia, f"/mail/{alike.pk}/")


def test_nobody_is_suggested_what_they_may_not_see(here: Cast) -> None:
    case = here.case()
    with verbs():
        here.pennine_help.address = "help@pennine.example"
        here.pennine_help.save()
    about = f"{case.reference} {case.summary}"
    mail = arrive(written("ann@home.example", "help@pennine.example", about, "?"), "help@pennine.example")
    shown = page(browser(here.gwen), f"/mail/{mail.pk}/")
    assert "Because" not in shown
    assert f"/cases/{case.reference}/" not in shown


def test_the_party_that_writes_from_there_is_chosen_beforehand(here: Cast) -> None:
    nominate(here.sycamore, "ops@sycamore.example")
    mail = arrive(written("jo@sycamore.example", DESK, "Nothing arrives", "Since nine."))
    assert f'value="{here.sycamore.pk}" selected' in page(browser(here.nia), f"/mail/{mail.pk}/")


def test_a_letter_s_page_is_shown_without_its_scripts_and_pictures(here: Cast) -> None:
    letter = written("ann@home.example", DESK, "Laid out", "Plain.")
    letter.add_alternative(
        '<h1>Big</h1><p onclick="x()">Since <b>nine</b></p><script>alert(1)</script><img src="https://t.example/p.gif">',
        subtype="html",
    )
    shown = page(browser(here.nia), f"/mail/{arrive(letter).pk}/")
    assert "<p>Since <b>nine</b></p>" in shown
    assert "1 picture from elsewhere is left out" in shown
    assert not any(each in shown for each in ("t.example", "onclick", "alert(1)", "<h1>Big"))


def test_a_picture_of_a_letter_is_shown_by_its_bytes_and_nothing_else_is(here: Cast) -> None:
    letter = written("ann@home.example", DESK, "Screens", "See.")
    letter.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="screen.png")
    letter.add_attachment(b"<svg onload=alert(1)>", maintype="image", subtype="png", filename="lie.png")
    mail = arrive(letter)
    nia = browser(here.nia)
    first, second = nia.get(f"/mail/{mail.pk}/files/0"), nia.get(f"/mail/{mail.pk}/files/1")
    assert (first["Content-Type"], second["Content-Type"]) == ("image/png", "application/octet-stream")
    assert "sandbox" in first["Content-Security-Policy"]
    page(nia, f"/mail/{mail.pk}/files/2", status=404)
    page(browser(here.gwen), f"/mail/{mail.pk}/files/0", status=404)


def test_a_note_about_a_sender_stands_on_their_next_letter(here: Cast) -> None:
    nia = browser(here.nia)
    nia.post(f"/mail/{stray().pk}/sender", {"words": "Ann Hill's private address.", "verdict": "known"})
    assert "private address" in page(nia, f"/mail/{stray('Next').pk}/")


def test_a_sender_turned_away_is_set_aside_until_the_note_ends(here: Cast) -> None:
    nia = browser(here.nia)
    nia.post(f"/mail/{stray('Offer').pk}/sender", {"words": "Sells things.", "verdict": "away"})
    assert (stray("Offer again").fate, stray("Offer again").why) == (
        RawMail.Fate.IGNORED,
        "Nia Bevan turns this sender away: Sells things.",
    )
    with verbs():
        kept = SenderNote.objects.get()
    assert browser(here.gwen).post(f"/mail/senders/{kept.pk}/end").status_code == 404
    nia.post(f"/mail/senders/{kept.pk}/end")
    assert stray("Once more").fate == RawMail.Fate.UNMATCHED


def test_a_registered_sender_is_heard_whatever_was_noted(here: Cast) -> None:
    leg = engaged(here)
    with verbs():
        SenderNote.objects.create(
            address="service@pennine.example", words="No.", turned_away=True, noted_by="Nia", noted_at=NOON,
            seats=[here.elexon_desk.seat_id],
        )  # fmt: skip
    mail = arrive(written("service@pennine.example", DESK, f"Re: {leg.case.reference}", "We look."))
    assert mail.fate == RawMail.Fate.FILED


def test_every_letter_of_a_case_stands_on_one_page_with_its_fate(here: Cast) -> None:
    with post_office() as office, override_settings(SMTP_URL=office.url):
        leg = engaged(here)
        send_due(lambda: LATER)
    arrive(written("service@pennine.example", DESK, f"Re: {leg.case.reference}", "Our-Ref: PN-4711"))
    leg_work.update(leg, by=here.nia, at=LATER, words="More.")
    address, nia = f"/mail/cases/{leg.case.reference}/", browser(here.nia)
    shown = page(nia, address)
    assert "Pennine Grid service desk has it under PN-4711" in shown
    assert "It is about to be sent" in shown
    assert shown.count("Download</a>") == 2
    with verbs():
        sent = OutboxItem.objects.earliest("pk")
    assert nia.get(f"/mail/out/{sent.pk}/original").content == bytes(sent.raw or b"")
    for other in (here.gwen, here.hal, here.priya):
        page(browser(other), address, status=404)
        page(browser(other), f"/mail/out/{sent.pk}/original", status=404)


def test_the_letters_of_a_case_cost_the_same_however_many_there_are(
    here: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    leg = engaged(here)
    for number in range(12):
        leg_work.update(leg, by=here.nia, at=NOON, words=f"Word {number}.")
    nia = browser(here.nia)
    with django_assert_max_num_queries(20):
        page(nia, f"/mail/cases/{leg.case.reference}/")


def test_a_letter_to_a_closed_case_reopens_it_with_one_button(here: Cast) -> None:
    leg = engaged(here)
    leg_work.withdraw(leg, by=here.nia, at=NOON, why="Found it.")
    closing.resolve(leg.case, by=here.nia, at=NOON, words="Done.")
    closing.confirm(leg.case, by=here.priya, at=NOON)
    mail = arrive(written("priya@sycamore.example", DESK, f"Re: {leg.case.reference}", "It is back."))
    nia = browser(here.nia)
    assert "Reopen with this" in page(nia, f"/mail/{mail.pk}/")
    assert nia.post(f"/mail/{mail.pk}/reopening").status_code == 302
    with verbs():
        assert Case.objects.get(pk=leg.case_id).stage == "triage"


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


def test_letters_whose_words_were_erased_say_so_and_are_never_sent_again(here: Cast) -> None:
    with post_office() as office, override_settings(SMTP_URL=office.url):
        leg = engaged(here)
        send_due(lambda: LATER)
    leg_work.update(leg, by=here.nia, at=LATER, words="More.")
    manager = replace(here.nia, roles=frozenset({Role.SERVICE_MANAGER}))
    with verbs():
        sent, stopped = OutboxItem.objects.select_related("entry").order_by("pk")
        for item in (sent, stopped):
            erasing.erase(leg.case, seq=item.entry.seq, why="Given in error.", by=manager, at=LATER)
    nia = browser(here.nia)
    shown = page(nia, f"/mail/cases/{leg.case.reference}/")
    assert "Engage, erased" in shown
    assert "not sent" in shown
    assert "Download</a>" not in shown
    assert "Letters that did not leave" not in page(nia, "/mail/")
    refused = nia.post(f"/mail/out/{stopped.pk}/sending", follow=True).content.decode()
    assert "This is not sent again." in refused


def test_the_sink_is_there_only_in_a_demonstration(here: Cast) -> None:
    letter = written("desk@desk.crossdesk.example", "service@pennine.example", "Case CP-1", "Please look.")
    sunk.keep(RawLetter(letter.as_bytes(), "", ("service@pennine.example",), NOON, Transport.SMTP))
    nia = browser(here.nia)
    page(nia, "/mail/sink/", status=404)
    with override_settings(DEMONSTRATION=True):
        assert "service@pennine.example" in page(nia, "/mail/sink/")
        assert "Case CP-1" not in page(browser(here.hal), "/mail/sink/")


def test_words_of_a_letter_stand_on_the_case_without_what_they_quote_and_the_letter_is_one_click_away(
    here: Cast,
) -> None:
    leg = engaged(here)
    words = (
        "We look into it.\n\nOn Tue, 24 Nov 2026 at 12:00, Elexon Service Desk wrote:\n> Please check.\n> QUOTED WORDS"
    )
    mail = arrive(written("service@pennine.example", DESK, f"Re: {leg.case.reference}", words))
    shown = page(browser(here.nia), f"/cases/{leg.case.reference}/")
    assert "We look into it." in shown
    assert "QUOTED WORDS" not in shown
    assert f'href="/mail/{mail.pk}/">The letter it came with' in shown
    assert "QUOTED WORDS" in page(browser(here.nia), f"/mail/{mail.pk}/")
    assert "The letter it came with" not in page(browser(here.priya), f"/cases/{leg.case.reference}/")
