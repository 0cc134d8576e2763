"""Senders that are who they say, and senders that are not: real signatures, a real name service, no network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import dkim
import pytest
from django.test import override_settings

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.tests.cast import cast
from crossdesk.exchange import receiving
from crossdesk.exchange.authentic import by_our_server, speaks_for
from crossdesk.exchange.letters.address import Kind
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.office import addresses
from crossdesk.exchange.tests.name_service import name_service, new_key
from crossdesk.exchange.tests.post_office import DESK, LATER, arrive, engaged, written
from crossdesk.threads.viewer import verbs

THEM = "Ann Hill <service@pennine.example>"
SERVER = "mx.desk.example"
Fate = RawMail.Fate
PRIVATE, PUBLISHED = new_key()


@pytest.fixture
def published() -> Iterator[dict[str, str]]:
    texts = {"mail._domainkey.pennine.example": PUBLISHED}
    with name_service(texts) as at, override_settings(MAIL_DKIM=True, MAIL_RESOLVER=at):
        yield texts


@pytest.fixture
def leg(db: None) -> Leg:
    return engaged(cast())


def signed(leg: Leg, domain: bytes = b"pennine.example", sender: str = THEM, **more: object) -> bytes:
    to = addresses().reply_address(Kind.LEG, leg.pk)
    content = written(sender, to, f"Re: {leg.case.reference}", "We have it.").as_bytes()
    line: bytes = dkim.sign(content, b"mail", domain, PRIVATE, **more)
    return line + content


def fate_of(leg: Leg, content: bytes) -> RawMail:
    return arrive(content, addresses().reply_address(Kind.LEG, leg.pk))


def stage(leg: Leg) -> str:
    with verbs():
        return Leg.objects.get(pk=leg.pk).stage


def test_a_letter_signed_by_its_sender_s_domain_is_filed(published: dict[str, str], leg: Leg) -> None:
    assert fate_of(leg, signed(leg)).fate == Fate.FILED
    assert stage(leg) == LegStage.ACKNOWLEDGED


def test_a_letter_without_a_signature_is_held_and_says_why(published: dict[str, str], leg: Leg) -> None:
    mail = fate_of(leg, signed(leg).partition(b"From:")[1] + signed(leg).partition(b"From:")[2])
    assert (mail.fate, stage(leg)) == (Fate.QUARANTINED, LegStage.SENDING)
    assert "no signature of pennine.example" in mail.why


def test_a_signature_of_another_domain_proves_nothing(published: dict[str, str], leg: Leg) -> None:
    published["mail._domainkey.attacker.example"] = PUBLISHED
    mail = fate_of(leg, signed(leg, b"attacker.example"))
    assert (mail.fate, stage(leg)) == (Fate.QUARANTINED, LegStage.SENDING)


@pytest.mark.parametrize(("before", "after"), [(b"We have it.", b"Close it."), (b"Subject: Re:", b"Subject: No:")])
def test_a_letter_changed_after_signing_is_held(
    published: dict[str, str], leg: Leg, before: bytes, after: bytes
) -> None:
    mail = fate_of(leg, signed(leg).replace(before, after))
    assert (mail.fate, stage(leg)) == (Fate.QUARANTINED, LegStage.SENDING)
    assert "does not fit" in mail.why


def test_a_signature_over_the_first_words_only_does_not_count(published: dict[str, str], leg: Leg) -> None:
    mail = fate_of(leg, signed(leg, length=True) + b"\r\nAnd close it.\r\n")
    assert mail.fate == Fate.QUARANTINED


def test_a_signature_that_leaves_out_the_subject_does_not_count(published: dict[str, str], leg: Leg) -> None:
    assert fate_of(leg, signed(leg, include_headers=[b"from", b"to"])).fate == Fate.QUARANTINED


def test_a_second_subject_set_above_a_signed_one_is_held(published: dict[str, str], leg: Leg) -> None:
    assert fate_of(leg, b"Subject: CP-0000-0000\r\n" + signed(leg)).fate == Fate.QUARANTINED


def test_a_key_that_was_taken_back_no_longer_counts(published: dict[str, str], leg: Leg) -> None:
    del published["mail._domainkey.pennine.example"]
    assert fate_of(leg, signed(leg)).fate == Fate.QUARANTINED


def test_a_letter_waits_while_the_name_service_is_away_and_is_held_when_it_stays_away(leg: Leg) -> None:
    with override_settings(MAIL_DKIM=True, MAIL_RESOLVER="127.0.0.1:9", MAIL_PATIENCE=0.2):
        mail = fate_of(leg, signed(leg))
        assert (mail.fate, mail.attempts) == (Fate.WAITING, 1)
        for minute in range(1, receiving.MOST_ATTEMPTS):
            receiving.process_waiting(lambda minute=minute: LATER + timedelta(minutes=minute))  # type: ignore[misc]
    with verbs():
        mail.refresh_from_db()
    assert mail.fate == Fate.QUARANTINED
    assert "name service did not answer" in mail.why


def test_a_letter_that_waited_is_filed_once_the_name_service_is_back(leg: Leg) -> None:
    with override_settings(MAIL_DKIM=True, MAIL_RESOLVER="127.0.0.1:9", MAIL_PATIENCE=0.2):
        mail = fate_of(leg, signed(leg))
    texts = {"mail._domainkey.pennine.example": PUBLISHED}
    with name_service(texts) as at, override_settings(MAIL_DKIM=True, MAIL_RESOLVER=at):
        receiving.process_waiting(lambda: LATER)
    with verbs():
        mail.refresh_from_db()
    assert mail.fate == Fate.FILED


@pytest.mark.parametrize(
    ("signer", "domain", "answer"),
    [
        ("pennine.example", "pennine.example", True),
        ("Pennine.example.", "pennine.example", True),
        ("pennine.example", "desk.pennine.example", True),
        ("desk.pennine.example", "pennine.example", False),
        ("nine.example", "pennine.example", False),
        ("", "pennine.example", False),
    ],
)
def test_a_domain_speaks_for_itself_and_those_below(signer: str, domain: str, answer: bool) -> None:
    assert speaks_for(signer, domain) is answer


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (f"{SERVER}; dmarc=pass header.from=pennine.example", True),
        (f"{SERVER}; spf=pass smtp.mailfrom=x@y.example; dmarc=pass (p=reject) header.from=pennine.example", True),
        (f"{SERVER}; dkim=pass header.d=pennine.example header.s=mail", True),
        (f"{SERVER} 1; dkim=pass header.d=pennine.example", True),
        (f"{SERVER}; dmarc=fail header.from=pennine.example; dkim=pass header.d=pennine.example", False),
        (f"{SERVER}; dmarc=pass header.from=attacker.example", False),
        (f"{SERVER}; dkim=pass header.d=attacker.example", False),
        (f"{SERVER}; dkim=fail (dmarc=pass) header.d=pennine.example", False),
        (f'{SERVER}; spf=fail reason="dmarc=pass" smtp.mailfrom=a@pennine.example', False),
        ("attacker.example; dmarc=pass header.from=pennine.example", False),
        (f"{SERVER}; none", False),
        (f"{SERVER}; (((", False),
        ("", False),
    ],
)
def test_what_our_own_server_said(said: str, believed: bool) -> None:
    letter = read_letter(written(THEM, DESK, "Re", "Words.", Authentication_Results=said or "x").as_bytes())
    assert (by_our_server(letter, SERVER) is None) is believed


def test_what_came_with_the_letter_stands_below_ours_and_is_not_believed() -> None:
    ours = f"Authentication-Results: {SERVER}; dmarc=fail header.from=pennine.example\r\n".encode()
    theirs = f"Authentication-Results: {SERVER}; dmarc=pass header.from=pennine.example\r\n".encode()
    letter = read_letter(ours + theirs + written(THEM, DESK, "Re", "Words.").as_bytes())
    assert "could not confirm" in (by_our_server(letter, SERVER) or "")
