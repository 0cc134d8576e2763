from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases import closing, leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.material import Evidence
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.exchange import filing, newcomers, receiving
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.places import Place
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import (
    DESK,
    LATER,
    PostOffice,
    arrive,
    engaged,
    nominate,
    words_of,
    written,
)
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
THEM = "Ann Hill <service@pennine.example>"
Fate = RawMail.Fate


@pytest.fixture
def leg(here: Cast) -> Leg:
    return engaged(here)


def again(leg: Leg) -> Leg:
    with verbs():
        return Leg.objects.select_related("case", "to_desk", "from_desk").get(pk=leg.pk)


def reply_to(leg: Leg) -> str:
    return addresses().reply_address(Kind.LEG, leg.pk)


def count(model: type[Entry | Case | OutboxItem | RawMail]) -> int:
    with verbs():
        return model.objects.count()


def last_entry(leg: Leg) -> Entry:
    with verbs():
        return Entry.objects.filter(thread=leg.case_id).select_related("body").latest("seq")


def test_a_reply_acknowledges_the_leg_and_brings_their_number(leg: Leg) -> None:
    to = reply_to(leg)
    mail = arrive(written(THEM, to, "Re: your case", "We have it.\n\nOur-Ref: PN-4711\n"), to)
    assert (mail.fate, mail.why[:5]) == (Fate.FILED, "Filed")
    assert (again(leg).stage, again(leg).their_reference) == (LegStage.ACKNOWLEDGED, "PN-4711")
    entry = last_entry(leg)
    assert (entry.body.author, entry.body.organisation) == ("Ann Hill", "Pennine Grid service desk")
    assert mail.entry_id == entry.pk


def test_a_reply_finds_its_leg_by_the_letter_it_answers(leg: Leg) -> None:
    with verbs():
        ours = OutboxItem.objects.get(leg=leg).message_id
    assert arrive(written(THEM, DESK, "no reference", "We look.", In_Reply_To=ours)).leg_id == leg.pk


def test_a_registered_sender_may_name_the_reference(leg: Leg) -> None:
    assert arrive(written(THEM, DESK, f"About {leg.case.reference}", "We look.")).fate == Fate.FILED


def test_a_strangers_reference_opens_nothing(here: Cast, leg: Leg) -> None:
    nominate(here.harrier, "ops@harrier.example")
    before = count(Entry)
    mail = arrive(written("ops@harrier.example", DESK, f"About {leg.case.reference}", "Tell us."))
    assert (mail.fate, count(Entry), count(Case)) == (Fate.UNMATCHED, before, 1)
    assert "not registered" in mail.why


def test_a_made_up_reply_address_waits_for_a_person(here: Cast, leg: Leg) -> None:
    nominate(here.harrier, "ops@harrier.example")
    forged = reply_to(leg)[:-30] + "aaaaaa@" + reply_to(leg).rpartition("@")[2]
    mail = arrive(written("ops@harrier.example", forged, "Hello", "Let me in."), forged)
    assert (mail.fate, count(Case)) == (Fate.UNMATCHED, 1)
    assert "not made by us" in mail.why


def test_a_true_address_in_a_strangers_hand_waits_for_a_person(leg: Leg) -> None:
    before = count(Entry)
    mail = arrive(written("someone@else.example", reply_to(leg), "Re", "Forwarded to me."), reply_to(leg))
    assert (mail.fate, mail.leg_id, count(Entry)) == (Fate.UNMATCHED, leg.pk, before)


def test_the_same_letter_is_applied_once(leg: Leg) -> None:
    to = reply_to(leg)
    letter = written(THEM, to, "Re", "We have it.").as_bytes()
    arrive(letter, to)
    before = count(Entry)
    arrive(letter, to)
    assert (count(Entry), count(RawMail)) == (before, 1)
    mail = arrive(b"Received: from another way\r\n" + letter, to)
    assert (mail.fate, count(Entry)) == (Fate.IGNORED, before)
    assert "copy" in mail.why


def test_what_was_stored_before_a_stop_is_read_after_it(leg: Leg) -> None:
    to = reply_to(leg)
    content = written(THEM, to, "Re", "We have it.").as_bytes()
    receiving.store(RawLetter(content, "a@b.example", (to,), LATER, Transport.SMTP))
    assert again(leg).stage == LegStage.SENDING
    receiving.process_waiting(lambda: LATER + timedelta(hours=1))
    receiving.process_waiting(lambda: LATER + timedelta(hours=2))
    assert again(leg).stage == LegStage.ACKNOWLEDGED


def test_a_reply_to_a_closed_case_waits_for_a_person(here: Cast, leg: Leg) -> None:
    leg_work.resolve(leg, by=here.nia, at=NOON, words="Done.")
    leg_work.confirm(leg, by=here.nia, at=NOON)
    closing.resolve(leg.case, by=here.nia, at=NOON, words="Done.")
    closing.confirm(leg.case, by=here.priya, at=NOON)
    mail = arrive(written(THEM, reply_to(leg), "Re", "One more thing."), reply_to(leg))
    assert (mail.fate, mail.leg_id) == (Fate.UNMATCHED, leg.pk)
    assert "closed" in mail.why


def test_an_automatic_reply_changes_nothing_and_is_never_answered(leg: Leg) -> None:
    before, letters = count(Entry), count(OutboxItem)
    away = written(THEM, reply_to(leg), "Automatic reply: away", "I am away.", Auto_Submitted="auto-replied")
    mail = arrive(away, reply_to(leg))
    assert (mail.fate, mail.leg_id) == (Fate.IGNORED, leg.pk)
    assert (count(Entry), count(OutboxItem), again(leg).stage) == (before, letters, LegStage.SENDING)


def test_a_machine_of_their_desk_is_filed(leg: Leg) -> None:
    words = "Incident opened."
    headers = {"X_ServiceNow_Generated": "true", "Auto_Submitted": "auto-generated"}
    mail = arrive(written(THEM, reply_to(leg), "Incident INC0012345 opened", words, **headers), reply_to(leg))
    assert (mail.fate, again(leg).their_reference) == (Fate.FILED, "INC0012345")


def test_our_own_letter_that_comes_back_is_ignored(leg: Leg, office: PostOffice) -> None:
    send_due(lambda: LATER)
    mail = arrive(office.letters[0].as_bytes(), reply_to(leg))
    assert mail.fate == Fate.IGNORED


def test_a_letter_sent_back_marks_the_leg(leg: Leg, office: PostOffice) -> None:
    send_due(lambda: LATER)
    back = (
        "From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example\r\n\r\nFinal-Recipient: rfc822; service@pennine.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    mail = arrive(back.encode(), office.envelopes[0].envelope_from or "", envelope_from="")
    assert (mail.fate, mail.leg_id) == (Fate.FILED, leg.pk)
    assert again(leg).undeliverable
    assert "no such mailbox" in last_entry(leg).body.words


def test_attachments_become_evidence_on_the_leg(leg: Leg) -> None:
    letter = written(THEM, reply_to(leg), "Re", "See the file.")
    letter.add_attachment(b"time,code\n12:00,E03\n", maintype="text", subtype="csv", filename="codes.csv")
    letter.add_attachment(b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="tool.exe")
    mail = arrive(letter, reply_to(leg))
    with verbs():
        (kept,) = Evidence.objects.all()
    assert (kept.name, set(kept.seats)) == ("codes.csv", set(leg.seats))
    assert "tool.exe" in mail.why


def test_the_answer_by_mail_settles_the_question(here: Cast, leg: Leg) -> None:
    arrive(written(THEM, reply_to(leg), "Re", "We have it."), reply_to(leg))
    question = leg_work.ask(again(leg), by=here.nia, at=NOON, words="When?", due_at=LATER + timedelta(hours=1))
    arrive(written(THEM, reply_to(leg), "Re", "Tomorrow."), reply_to(leg))
    with verbs():
        question.refresh_from_db()
    assert question.answered_at == LATER
    assert again(leg).stage == LegStage.IN_PROGRESS


def test_a_nominated_contact_raises_a_case_and_is_asked_once_for_what_is_missing(
    here: Cast, office: PostOffice
) -> None:
    nominate(here.sycamore, "ops@sycamore.example")
    mail = arrive(written("Ops <ops@sycamore.example>", DESK, "IF-036 not arriving", "Since nine nothing arrives."))
    with verbs():
        case = Case.objects.select_related("raiser", "owner").get()
    assert (mail.fate, case.raiser, case.owner) == (Fate.FILED, here.sycamore, here.elexon_desk)
    assert send_due(lambda: LATER) == 1
    (first_reply,) = office.letters
    words = words_of(first_reply)
    assert case.reference in first_reply["Subject"]
    assert "The potential root cause" in words
    assert "Supporting evidence" in words
    answer = written("ops@sycamore.example", str(first_reply["Reply-To"]), "Re", "We suspect the certificate.")
    assert arrive(answer, str(first_reply["Reply-To"])).fate == Fate.FILED
    assert send_due(lambda: LATER) == 0


def test_a_complete_letter_is_asked_nothing(here: Cast, office: PostOffice) -> None:
    nominate(here.sycamore, "ops@sycamore.example")
    words = "We investigated: the cause is the expired certificate. MPAN 1200012345678."
    letter = written("ops@sycamore.example", DESK, "IF-036 rejected", words)
    letter.add_attachment(b"log line\n", maintype="text", subtype="plain", filename="log.txt")
    arrive(letter)
    send_due(lambda: LATER)
    assert "we also need" not in words_of(office.letters[0])


def test_nobody_else_raises_by_mail(here: Cast) -> None:
    mail = arrive(written("stranger@nowhere.example", DESK, "Help", "Please."))
    assert (mail.fate, count(Case)) == (Fate.UNMATCHED, 0)


@override_settings(MAIL_AUTHSERV="mx.crossdesk.example")
def test_a_sender_our_server_cannot_confirm_is_held_back(leg: Leg) -> None:
    to = reply_to(leg)
    said = {"Authentication_Results": "mx.crossdesk.example; dmarc=fail header.from=pennine.example"}
    assert arrive(written(THEM, to, "Re", "Forged.", **said), to).fate == Fate.QUARANTINED
    said = {"Authentication_Results": "mx.crossdesk.example; dmarc=pass header.from=pennine.example"}
    assert arrive(written(THEM, to, "Re", "Genuine.", **said), to).fate == Fate.FILED


def test_a_person_files_a_letter_onto_a_leg(here: Cast, leg: Leg) -> None:
    mail = arrive(written("ann@home.example", DESK, "About your case", "From my other address."))
    with pytest.raises(NotAllowed, match="not written to your desk"):
        filing.file_by_hand(mail, Place(leg.case_id, leg.pk), by=here.gwen, at=LATER)
    filing.file_by_hand(mail, Place(leg.case_id, leg.pk), by=here.nia, at=LATER)
    assert again(leg).stage == LegStage.ACKNOWLEDGED
    with pytest.raises(Invalid, match="already"):
        filing.set_aside(mail, why="Twice", by=here.nia, at=LATER)


def test_a_person_raises_a_letter_for_its_party(here: Cast) -> None:
    mail = arrive(written("ann@home.example", DESK, "Nothing arrives", "Since nine."))
    case = newcomers.raise_by_hand(mail, here.sycamore, by=here.nia, at=LATER)
    assert (case.raiser, case.summary) == (here.sycamore, "Nothing arrives")


def test_setting_aside_needs_a_reason(here: Cast) -> None:
    mail = arrive(written("ann@home.example", DESK, "Buy now", "Offer."))
    with pytest.raises(Invalid, match="Say why"):
        filing.set_aside(mail, why=" ", by=here.nia, at=LATER)
    filing.set_aside(mail, why="Advertising.", by=here.nia, at=LATER)
    with verbs():
        mail.refresh_from_db()
    assert (mail.fate, mail.why, mail.handled_by) == (Fate.IGNORED, "Advertising.", "Nia Bevan")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\xff\xfe nothing like a letter",
        b"From: a@b.example, c@d.example\r\nSubject: =?x-unknown?q?=00=ff?=\r\n\r\n\0",
        b"From: a@b.example\r\nMessage-ID: <" + b"x" * 5000 + b"@y>\r\nSubject: " + b"s" * 5000 + b"\r\n\r\nwords",
        b"Content-Type: multipart/mixed; boundary=b\r\nFrom: a@b.example\r\n\r\n--b\r\n\r\n--b\r\n--b--",
    ],
)
def test_whatever_arrives_gets_a_fate(here: Cast, content: bytes) -> None:
    mail = arrive(content, f"desk+{'x' * 400}@desk.crossdesk.example", envelope_from="\0" * 400)
    assert mail.fate != Fate.WAITING
    assert mail.why
