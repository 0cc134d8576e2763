"""The joining kit against a played desk behind a mailbox, over SMTP both ways."""

from __future__ import annotations

import pytest
from django.test import override_settings

from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.mail.desk import MailDesk
from crossdesk.commands.partner_desk.mail.played import Player, listening
from crossdesk.commands.partner_desk.mail.writing import FORMS, STYLES, Manner
from crossdesk.exchange import receiving
from crossdesk.exchange.conformance.by_mail import MailTrial
from crossdesk.exchange.conformance.runs import kept_letters
from crossdesk.exchange.conformance.saying import TITLE
from crossdesk.exchange.conformance.steps import STEPS, Step, Verdict
from crossdesk.exchange.conformance.tests.at_work import at_work
from crossdesk.exchange.conformance.trials import trial_of
from crossdesk.exchange.letters.address import Addresses, Kind
from crossdesk.exchange.letters.compose import Office
from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.tests.post_office import PostOffice, arrive, post_office, written
from crossdesk.threads.viewer import verbs

MAILBOX = "service-desk@pennine.example"


def tried(
    plays: str, *faults: str, style: str = "prefix", form: str = "plain", patience: float = 10.0
) -> tuple[dict[str, str], list[Step], MailDesk]:
    """What did not pass, every step, and the desk as it was left."""
    desk = MailDesk(plays.split(",") if plays else (), Manner(MAILBOX, style, form), Faults.of(faults))
    ours = Office("Elexon Service Desk", "desk.crossdesk.example", addresses())
    with post_office() as inbox, listening(desk) as theirs, at_work(Player(desk, inbox.url)):
        trial = MailTrial(
            MAILBOX, ours, theirs, lambda id: came(inbox, ours.addresses, id), patience=patience, every=0.05
        )
        steps = trial.run()
    return {each.name: each.words for each in steps if each.verdict is not Verdict.PASSED}, steps, desk


def came(inbox: PostOffice, ours: Addresses, id: int) -> list[bytes]:
    mine = {ours.reply_address(Kind.TRIAL, id), ours.bounce_address(Kind.TRIAL, id)}
    return [each.content for each in list(inbox.envelopes) if mine & set(each.envelope_to)]


@pytest.mark.parametrize(
    ("style", "form"), [*((style, "plain") for style in STYLES), *(("prefix", f) for f in FORMS[1:])]
)
def test_a_desk_behind_a_mailbox_passes_and_nothing_stays_open_there(style: str, form: str) -> None:
    failed, steps, desk = tried("begin,ask,attach,resolve", style=style, form=form)
    assert failed == {}
    assert tuple(each.name for each in steps) == STEPS
    assert [each.over for each in desk.tickets] == [True, True]
    assert "arrived whole" in next(each.words for each in steps if each.name == "attach")
    assert all(TITLE in each.letters[0].subject for each in desk.tickets)


@pytest.mark.parametrize("faults", [("duplicate", "out-of-order"), ("slow=0.01",)])
def test_letters_that_come_twice_late_or_in_another_order_do_no_harm(faults: tuple[str, ...]) -> None:
    failed, _, desk = tried("begin,away,comment,resolve", *faults)
    assert failed == {}
    assert len(desk.tickets) == 2


def test_a_letter_that_was_kept_though_refused_leaves_no_ticket_open() -> None:
    failed, _, desk = tried("begin,resolve", "landed=0::1")
    assert "451" in failed["send"]
    assert [each.over for each in desk.tickets] == [True]


@pytest.mark.parametrize(
    ("fault", "step", "because"),
    [
        ("down", "send", "451"),
        ("bounces", "receive", "Our letter came back: There is no such mailbox."),
        ("garbage", "receive", "No letter with a ticket number"),
        ("hibernating", "acknowledge", "Only an automatic reply came"),
        ("redirects=Registration Desk", "close", "refused the case"),
        ("refuses", "redirect", "without naming the right desk"),
        ("damages", "attach", "did not arrive as it was sent"),
    ],
)
def test_a_mailbox_that_fails_is_told_at_which_step(fault: str, step: str, because: str) -> None:
    never_answers = fault in {"garbage", "hibernating"}
    failed, _, desk = tried("begin,resolve", fault, patience=0.3 if never_answers else 10.0)
    assert because in failed[step]
    assert all(each.over for each in desk.tickets)


def test_a_file_of_which_nothing_comes_back_is_not_proved_and_does_not_count_as_passed() -> None:
    _, steps, desk = tried("begin,resolve", "unproving", patience=2.0)
    (left,) = (each for each in steps if each.verdict is not Verdict.PASSED)
    assert (left.name, left.verdict) == ("attach", Verdict.NOT_PROVED)
    assert left.words.endswith("give its SHA-256 or attach it again, and run the test once more.")
    assert all(each.over for each in desk.tickets)


@pytest.mark.django_db
def test_what_answers_a_trial_is_kept_for_it_and_joins_no_case() -> None:
    here = cast()
    to = addresses().reply_address(Kind.TRIAL, 77)
    mail = arrive(written(MAILBOX, to, "[PG-1001] CONFORMANCE TEST", "We have it."), to)
    report = addresses().bounce_address(Kind.TRIAL, 77)
    receiving.store(RawLetter(b"Subject: returned\r\n\r\nno", "", (report,), NOON, Transport.SMTP))
    receiving.process_waiting(lambda: NOON)
    assert (mail.fate, mail.case_id, "conformance test" in mail.why) == (RawMail.Fate.IGNORED, None, True)
    assert len(kept_letters(77)) == 2
    assert kept_letters(78) == []
    with verbs():
        assert not Case.objects.exists()
    assert here.pennine.pk


def test_nobody_makes_up_the_address_of_a_trial() -> None:
    with override_settings(SECRET_KEY="another installation's, long enough"):
        elsewhere = addresses().reply_address(Kind.TRIAL, 77)
    letter = read_letter(written(MAILBOX, elsewhere, "Hello", "Hello").as_bytes())
    assert trial_of(letter, (elsewhere,)) == ""
