from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.cases import closing, evidence, leg_work, writing
from crossdesk.cases.engaging import Engagement, engage
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.cases.triage import take
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.sending import send_again, send_due
from crossdesk.exchange.tests.post_office import LATER, PostOffice, engaged, nominate, post_office, words_of
from crossdesk.exchange.waits import LONGEST_WAIT, WAITS, wait_after
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
State = OutboxItem.State


def send() -> int:
    return send_due(lambda: LATER)


def items() -> list[OutboxItem]:
    with verbs():
        return list(OutboxItem.objects.order_by("pk"))


def stage_of(leg: Leg) -> str:
    with verbs():
        return Leg.objects.get(pk=leg.pk).stage


def test_an_engagement_leaves_as_a_letter_and_is_then_delivered(here: Cast, office: PostOffice) -> None:
    leg = engaged(here)
    assert stage_of(leg) == LegStage.SENDING
    assert send() == 1
    (letter,) = office.letters
    assert letter["To"] == "service@pennine.example"
    assert leg.case.reference in letter["Subject"]
    assert "Please check the registrations." in words_of(letter)
    assert "Our platform delivered every message." in words_of(letter)
    assert stage_of(leg) == LegStage.DELIVERED


def test_the_letter_tells_only_what_was_ticked(here: Cast, office: PostOffice) -> None:
    case = here.case()
    engaged(here, case)
    send()
    assert "Appointments cannot be confirmed" not in words_of(office.letters[0])


def test_what_was_ticked_goes_along(here: Cast, office: PostOffice) -> None:
    case = here.case()
    proof = evidence.add(case, "portal.txt", [b"status: not delivered\n"], by=here.priya, at=NOON)
    take(case, by=here.nia, at=NOON)
    with verbs():
        raised = Entry.objects.get(thread=case.pk, kind="case.raised")
    what = Engagement("Look.", "Not ours.", entries=[raised.pk], evidence=[proof.pk])
    engage(case, here.pennine_service, what, by=here.nia, at=NOON)
    send()
    (file,) = office.letters[0].iter_attachments()
    assert "Impact\nAppointments cannot be confirmed." in words_of(office.letters[0])
    assert (file.get_filename(), file.get_content()) == ("portal.txt", "status: not delivered\n")


def test_letters_on_one_leg_leave_in_their_order_and_thread(here: Cast, office: PostOffice) -> None:
    leg = engaged(here)
    leg_work.update(leg, by=here.nia, at=NOON, words="Also the second batch.")
    assert send() == 2
    assert office.letters[1]["References"].split() == [office.letters[0]["Message-ID"]] or (
        office.letters[1]["In-Reply-To"] == office.letters[0]["Message-ID"]
    )
    assert "Also the second batch." in words_of(office.letters[1])


def test_what_the_far_desk_wrote_is_not_sent_back_to_it(here: Cast, office: PostOffice) -> None:
    from crossdesk.exchange import hands

    leg = engaged(here)
    send()
    leg_work.update(leg, by=hands.of_desk(here.pennine_service, "Ann"), at=NOON, words="We look.")
    assert send() == 0


def test_a_server_that_is_full_is_tried_again_later(here: Cast, office: PostOffice) -> None:
    leg = engaged(here)
    office.full = True
    assert send() == 0
    (item,) = items()
    assert (item.state, item.attempts) == (State.FAILED, 1)
    assert item.next_try_at > LATER
    assert "451" in item.last_error
    assert stage_of(leg) == LegStage.SENDING
    office.full = False
    assert send() == 0, "not before its time"
    assert send_due(lambda: LATER + timedelta(minutes=2)) == 1


def test_a_letter_behind_a_failed_one_waits_for_it(here: Cast, office: PostOffice) -> None:
    leg = engaged(here)
    office.full = True
    send()
    office.full = False
    leg_work.update(leg, by=here.nia, at=NOON, words="Second.")
    assert send() == 0
    assert send_due(lambda: LATER + timedelta(minutes=2)) == 2


def test_an_address_that_does_not_exist_kills_the_letter_and_flags_the_leg(here: Cast, office: PostOffice) -> None:
    leg = engaged(here)
    office.unknown = {"service@pennine.example"}
    send()
    (item,) = items()
    assert item.state == State.DEAD
    with verbs():
        assert Leg.objects.get(pk=leg.pk).undeliverable
    office.unknown = set()
    send_again(item, by=here.nia, at=LATER)
    assert send() == 1
    assert stage_of(leg) == LegStage.DELIVERED


@override_settings(SMTP_URL="")
def test_nothing_leaves_without_a_mail_server(here: Cast) -> None:
    engaged(here)
    assert send() == 0
    assert items()[0].state == State.WAITING


def test_a_demonstration_sends_to_its_sink_only(here: Cast, office: PostOffice) -> None:
    with verbs():
        here.pennine.demonstration = True
        here.pennine.save()
    with post_office() as sink, override_settings(SINK_PORT=int(sink.url.rpartition(":")[2])):
        engaged(here)
        assert send() == 1
        assert (len(sink.letters), len(office.letters)) == (1, 0)


def test_the_raiser_is_written_to_at_every_nominated_contact(here: Cast, office: PostOffice) -> None:
    nominate(here.sycamore, "ops@sycamore.example")
    nominate(here.sycamore, "second@sycamore.example", "Second")
    nominate(here.harrier, "ops@harrier.example")
    case = here.case()
    take(case, by=here.nia, at=NOON)
    writing.ask_raiser(case, words="Which MPANs?", due_at=NOON + timedelta(hours=4), by=here.nia, at=NOON)
    assert send() == 2
    assert {letter["To"] for letter in office.letters} == {"ops@sycamore.example", "second@sycamore.example"}
    assert "Which MPANs?" in words_of(office.letters[0])
    assert "by 24 Nov 2026, 16:00 GMT" in words_of(office.letters[0])


def test_everybody_on_the_case_gets_the_closing_letter(here: Cast, office: PostOffice) -> None:
    nominate(here.sycamore, "ops@sycamore.example")
    leg = engaged(here)
    leg_work.resolve(leg, by=here.nia, at=NOON, words="They corrected it.")
    leg_work.confirm(leg, by=here.nia, at=NOON)
    case = leg.case
    closing.resolve(case, by=here.nia, at=NOON, words="Registrations were corrected.")
    closing.confirm(case, by=here.priya, at=NOON)
    send()
    ended = {letter["To"] for letter in office.letters if "Closed" in letter["Subject"]}
    assert ended == {"ops@sycamore.example", "service@pennine.example"}


def test_waiting_grows_from_seconds_to_a_day() -> None:
    assert timedelta(seconds=3.5) < wait_after(1) < timedelta(seconds=6.5)
    assert LONGEST_WAIT * 0.8 <= wait_after(29) <= LONGEST_WAIT * 1.2
    assert timedelta(days=2, hours=12) < sum(WAITS, timedelta()) < timedelta(days=3)
