"""The certificates kept for an organisation: what its S/MIME signatures are checked against, and letters to it are
encrypted to. Public, but a certificate names people, so only its party and the desk here read which there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.db import models
from django.db.models import Q

from crossdesk.access import Invalid, Role
from crossdesk.desks.models import Desk
from crossdesk.desks.policy import why_not_keep_market
from crossdesk.desks.signing import signs_in
from crossdesk.exchange import smime
from crossdesk.exchange.letters.compose import Unsendable
from crossdesk.exchange.letters.read import Letter
from crossdesk.parties.models import Contact, Party
from crossdesk.parties.policy import ActsFor, require, why_not_administer
from crossdesk.threads.models import PartyBound
from crossdesk.threads.viewer import verbs


class Certificate(PartyBound):
    """Of an authority that vouches for their people, or of one mailbox."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="certificates")
    name = models.CharField(max_length=300)
    pem = models.TextField()
    digest = models.CharField(max_length=64)
    until = models.DateTimeField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=160)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "digest"], condition=Q(retired_at=None), name="kept_once")
        ]

    def __str__(self) -> str:
        return self.name

    def left(self, at: datetime) -> str:
        """How long it lasts, where that is something to act on."""
        if self.until <= at:
            return "it has ended; letters wait for the next one"
        days = (self.until - at).days
        return f"it ends in {days} day{'' if days == 1 else 's'}" if self.until - at < ENDS_SOON else ""


@dataclass(frozen=True)
class Signature:
    """What was found of a letter's S/MIME signature; `wrong` holds it back."""

    sentence: str = ""
    wrong: bool = False


def keep(party: Party, pem: str, *, by: str, at: datetime) -> Certificate:
    """Inside a verb's transaction."""
    found = smime.read_certificate(pem)
    if found.not_valid_after_utc <= at:
        raise Invalid("The certificate has ended; ask them for the one they use now.")
    digest = found.fingerprint(hashes.SHA256()).hex()
    if Certificate.objects.filter(party=party, digest=digest, retired_at=None).exists():
        raise Invalid("This certificate is kept already.")
    return Certificate.objects.create(
        party=party,
        name=(found.subject.rfc4514_string() or digest)[:300],
        pem=pem.strip() + "\n",
        digest=digest,
        until=found.not_valid_after_utc,
        kept_at=at,
        kept_by=by[:160],
        seats=[party.seat_id],
    )


ENDS_SOON = timedelta(days=30)


def why_not_give(by: ActsFor, party: Party) -> str | None:
    """Nobody else's word: whoever could add one would read what is sealed for the party, or write in its name."""
    if why_not_administer(by, party) is None:
        return None
    if Role.ADMINISTRATOR not in by.roles or signs_in(party):
        return f"Only a party administrator of {party} gives and retires its certificates."
    if why_not_keep_market(by):
        return f"{party} signs in nowhere here, so the organisation that runs this service keeps its certificates."
    return None


def give(party: Party, pem: str, *, by: ActsFor, at: datetime) -> Certificate:
    require(why_not_give(by, party))
    kept = keep(party, pem, by=f"{by.name}, {by.party_name}", at=at)
    kept.seats = sorted({party.seat_id, *by.own_seats})
    kept.save(update_fields=["seats"])
    return kept


def take_back(certificate: Certificate, *, by: ActsFor, at: datetime) -> None:
    require(why_not_give(by, certificate.party))
    retire(certificate, at=at)


def retire(certificate: Certificate, *, at: datetime) -> None:
    if certificate.retired_at:
        raise Invalid(f"{certificate} is retired already.")
    certificate.retired_at = at
    certificate.save(update_fields=["retired_at"])


def opened(letter: Letter, content: bytes) -> tuple[bytes | None, str]:
    """What is sealed in a letter that is encrypted to us, or the sentence that says why it stays closed."""
    if not smime.is_encrypted(letter):
        return None, ""
    if not settings.SMIME_FILE:
        return None, "It is encrypted, and this mailbox has no key; the operator sets CROSSDESK_SMIME_FILE."
    try:
        return smime.opened(content, Path(settings.SMIME_FILE).read_bytes()), "It was encrypted to us, and opened here."
    except smime.NotOpened as closed:
        return None, str(closed)


def signature_of(letter: Letter, content: bytes, at: datetime) -> Signature:
    """Starts OpenSSL, so before anything is locked."""
    if not smime.is_signed(letter):
        return Signature()
    with verbs():
        trusted = [each.pem for each in _kept_for(letter.sender.email)]
    if not trusted:
        return Signature("Signed by S/MIME; no certificate of its sender's organisation is kept to check it with.")
    because = smime.why_not_theirs(content, letter.sender.email, trusted, at)
    if because:
        return Signature(f"{because} Ask them by another way whether they wrote it.", wrong=True)
    return Signature(f"Its S/MIME signature is that of {letter.sender.email}.")


def _kept_for(sender: str) -> list[Certificate]:
    parties = set(Desk.objects.filter(address__iexact=sender).values_list("owner", flat=True)) if sender else set()
    parties |= set(Contact.objects.filter(address__iexact=sender, ended_at=None).values_list("party", flat=True))
    return list(Certificate.objects.filter(party__in=parties, retired_at=None).order_by("pk"))


def sealed(raw: bytes, agreed: set[str], to: str) -> bytes:
    """As the agreement wants it: `signed`, `encrypted`, or both. Raises `Unsendable` rather than send it open."""
    if "signed" in agreed:
        if not settings.SMIME_FILE:
            raise Unsendable("The agreement wants signed letters, and we have no key; set CROSSDESK_SMIME_FILE.")
        raw = smime.signed(raw, Path(settings.SMIME_FILE).read_bytes())
    if "encrypted" in agreed:
        theirs = [x509.load_pem_x509_certificate(each.pem.encode()) for each in _kept_for(to)]
        readers = [each for each in theirs if to.lower() in smime.addresses_of(each)]
        if not readers:
            raise Unsendable(
                f"The agreement wants encrypted letters, and no certificate of {to} is kept; keep it first."
            )
        raw = smime.encrypted(raw, readers)
    return raw
