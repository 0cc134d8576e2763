"""Letters signed and encrypted by S/MIME, checked by OpenSSL."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7
from django.test import override_settings

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.desks.models import Agreement
from crossdesk.exchange import certificates
from crossdesk.exchange.letters.read import read_letter
from crossdesk.exchange.letters.tests.corpus import TEXT, multipart
from crossdesk.exchange.models import OutboxItem, RawMail
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.smime import encrypted, is_signed, signed, taken_apart, why_not_theirs
from crossdesk.exchange.tests.authority import Authority
from crossdesk.exchange.tests.post_office import DESK, LATER, PostOffice, arrive, engaged, written
from crossdesk.exchange.tests.test_structured import agreed
from crossdesk.threads.viewer import verbs, viewing
from crossdesk.web.portal.tests.signed_in import at_browser

ADA = "ada@northgrid.example"


@cache
def trust() -> Authority:
    return Authority("North Grid trust")


@cache
def of_ada() -> str:
    return trust().vouch(ADA)


def letter() -> bytes:
    log = 'Content-Type: text/csv\nContent-Disposition: attachment; filename="errors.csv"\n\na,b\n'
    return multipart(TEXT, log)


def by_ada() -> bytes:
    return signed(letter(), of_ada().encode())


def test_a_signed_letter_is_its_senders_and_reads_as_before() -> None:
    read = read_letter(by_ada())
    assert is_signed(read)
    assert (read.text.strip(), read.subject) == ("The plain words.", "Readings missing since Monday")
    assert why_not_theirs(by_ada(), ADA, [trust().certificate()], NOON) is None


def test_a_kept_certificate_of_one_person_is_enough() -> None:
    alone = of_ada()[of_ada().index("-----BEGIN CERT") :]
    assert why_not_theirs(by_ada(), ADA, [alone], NOON) is None


def test_changed_words_do_not_fit() -> None:
    changed = by_ada().replace(b"The plain words", b"Other bad words")
    assert "does not fit" in str(why_not_theirs(changed, ADA, [trust().certificate()], NOON))


def test_another_authority_another_sender_and_an_ended_certificate_do_not_count() -> None:
    assert why_not_theirs(by_ada(), ADA, [Authority("Another").certificate()], NOON)
    assert "somebody else" in str(why_not_theirs(by_ada(), "eve@northgrid.example", [trust().certificate()], NOON))
    ended = signed(letter(), trust().vouch(ADA, ended=True).encode())
    assert why_not_theirs(ended, ADA, [trust().certificate()], NOON)


def test_a_letter_that_only_says_it_is_signed_is_not() -> None:
    bare = letter().replace(b"multipart/mixed", b'multipart/signed; protocol="application/pkcs7-signature"')
    assert is_signed(read_letter(bare))
    assert why_not_theirs(bare, ADA, [trust().certificate()], NOON)
    assert not is_signed(read_letter(letter()))


def test_an_encrypted_letter_opens_with_their_key_only_and_holds_the_signed_one() -> None:
    pem = of_ada().encode()
    certificate = x509.load_pem_x509_certificate(pem)
    sealed = encrypted(by_ada(), [certificate])
    assert b"The plain words" not in sealed
    assert read_letter(sealed).subject == "Readings missing since Monday"
    key = load_pem_private_key(pem, None)
    opened = pkcs7.pkcs7_decrypt_smime(taken_apart(sealed)[1], certificate, key, [])  # type: ignore[arg-type]
    assert b"The plain words" in opened


# With what is kept for the party

THEM = "service@pennine.example"


def kept(here: Cast, pem: str) -> None:
    with verbs():
        certificates.keep(here.pennine, pem, by="Nia Bevan", at=NOON)


@pytest.mark.django_db
def test_a_signature_that_fits_is_told_and_one_that_does_not_holds_the_letter_back(here: Cast) -> None:
    leg = engaged(here)
    plain = written(THEM, DESK, f"About {leg.case.reference}", "We look.").as_bytes()
    first = arrive(signed(plain, trust().vouch(THEM).encode()))
    assert (first.fate, "no certificate" in first.signature) == (RawMail.Fate.FILED, True)
    kept(here, trust().certificate())
    good = arrive(signed(plain.replace(b"We look", b"We mend"), trust().vouch(THEM).encode()))
    assert (good.fate, good.signature) == (RawMail.Fate.FILED, f"Its S/MIME signature is that of {THEM}.")
    bad = arrive(signed(plain.replace(b"We look", b"Not ours"), Authority("Another").vouch(THEM).encode()))
    assert bad.fate == RawMail.Fate.QUARANTINED
    assert "does not fit" in bad.why


@pytest.mark.django_db
def test_a_letter_encrypted_to_us_is_opened_its_signature_checked_and_the_original_kept(
    here: Cast, tmp_path: Path
) -> None:
    leg, pem = engaged(here), trust().vouch(DESK)
    kept(here, trust().certificate())
    plain = written(THEM, DESK, f"About {leg.case.reference}", "We look.").as_bytes()
    to_us = x509.load_pem_x509_certificate(pem.encode())
    sealed = encrypted(signed(plain, trust().vouch(THEM).encode()), [to_us])
    (tmp_path / "ours.pem").write_text(pem)
    with override_settings(SMIME_FILE=str(tmp_path / "ours.pem")):
        mail = arrive(sealed)
        other = arrive(encrypted(plain, [x509.load_pem_x509_certificate(of_ada().encode())]))
    assert mail.fate == RawMail.Fate.FILED
    assert mail.signature == f"It was encrypted to us, and opened here. Its S/MIME signature is that of {THEM}."
    assert bytes(mail.content) == sealed
    page = at_browser(here.nia)
    assert "We look." in page.get(f"/mail/{mail.pk}/").content.decode()
    assert (other.opened, "another certificate than ours" in other.signature) == (None, True)
    assert "no key" in arrive(encrypted(plain.replace(b"We", b"They"), [to_us])).signature


@pytest.mark.django_db
def test_letters_leave_signed_and_encrypted_where_agreed_and_never_open_instead(
    here: Cast, office: PostOffice, tmp_path: Path
) -> None:
    agreed(here, profile="structured signed encrypted")
    engaged(here)
    send_due(lambda: LATER)
    with verbs():
        item = OutboxItem.objects.get()
    assert (item.state, office.letters) == (OutboxItem.State.DEAD, [])
    assert "CROSSDESK_SMIME_FILE" in item.last_error
    pem = trust().vouch(THEM)
    kept(here, pem[pem.index("-----BEGIN CERT") :])
    (tmp_path / "ours.pem").write_text(trust().vouch(DESK))
    engaged(here, here.case("Another case"))
    with override_settings(SMIME_FILE=str(tmp_path / "ours.pem")):
        send_due(lambda: LATER)
    raw = office.envelopes[0].content
    assert b"Please check the registrations" not in raw
    certificate = x509.load_pem_x509_certificate(pem.encode())
    key = load_pem_private_key(pem.encode(), None)
    opened = pkcs7.pkcs7_decrypt_smime(taken_apart(raw)[1], certificate, key, [])  # type: ignore[arg-type]
    assert b"Please check the registrations" in opened
    assert why_not_theirs(b"From: " + DESK.encode() + b"\r\n" + opened, DESK, [trust().certificate()], NOON) is None


@pytest.mark.django_db
def test_its_administrator_gives_a_certificate_on_the_agreements_page_and_is_warned_of_its_end(here: Cast) -> None:
    agreed(here)
    rhys = somebody("Rhys Price", here.pennine, Role.ADMINISTRATOR)
    ulla = somebody("Ulla Ford", here.elexon, Role.ADMINISTRATOR)
    with verbs():
        address = f"/agreements/{Agreement.objects.get().reference}/"
    assert at_browser(ulla).post(f"{address}certificate/", {"pem": trust().certificate()}).status_code == 403
    pages = at_browser(rhys)
    assert "This is no certificate" in pages.post(f"{address}certificate/", {"pem": "x"}).content.decode()
    done = pages.post(f"{address}certificate/", {"pem": trust().certificate()}, follow=True).content.decode()
    assert "CN=North Grid trust" in done
    with verbs():
        kept_one = certificates.Certificate.objects.get()
    assert kept_one.left(NOON) == ""
    assert kept_one.left(kept_one.until - timedelta(days=3)) == "it ends in 3 days"
    assert "Retire it" in done
    pages.post(f"{address}certificate/retire/", {"certificate": kept_one.pk})
    with verbs():
        assert certificates.Certificate.objects.get().retired_at


@pytest.mark.django_db
def test_nobody_but_its_party_reads_what_is_kept_for_it(here: Cast) -> None:
    kept(here, trust().certificate())
    seen = []
    for viewer in (here.gwen, here.hal, here.priya):
        with viewing(viewer):
            seen.append(certificates.Certificate.objects.count())
    assert seen == [1, 0, 0]
