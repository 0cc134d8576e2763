"""S/MIME: whether a signed letter is its sender's, and letters of ours signed and encrypted.

`cryptography` signs and encrypts but does not verify, so OpenSSL's own program does, apart from us and with limits. It
is given the bytes as they came: a signature covers bytes, and reading them would change some.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from cryptography.x509.oid import ExtensionOID, NameOID

from crossdesk.access import Invalid
from crossdesk.exchange.letters.compose import Unsendable
from crossdesk.exchange.letters.read import Letter

SECONDS, KILOBYTES = 20, 2_000_000
LIMITED = f'ulimit -t {SECONDS} && ulimit -v {KILOBYTES} && exec openssl "$@"'
ENVELOPED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


def is_signed(letter: Letter) -> bool:
    """As a whole. A signed part inside an unsigned letter says nothing of the rest."""
    said = letter.header("Content-Type").lower()
    if letter.content_type == "multipart/signed":
        return "pkcs7-signature" in said
    return letter.content_type in ENVELOPED and "enveloped-data" not in said


def is_encrypted(letter: Letter) -> bool:
    return letter.content_type in ENVELOPED and "enveloped-data" in letter.header("Content-Type").lower()


class NotOpened(Exception):
    """An encrypted letter that our key does not open; its text is a sentence for the page."""


def opened(raw: bytes, pem: bytes) -> bytes:
    """The letter with what was sealed in the place of the seal. `pem` holds our key and certificate."""
    outer, inner = taken_apart(raw)
    key = load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise NotOpened("It is encrypted, and our S/MIME key is not RSA; set one in CROSSDESK_SMIME_FILE.")
    try:
        said = pkcs7.pkcs7_decrypt_smime(inner, x509.load_pem_x509_certificates(pem)[0], key, [])
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise NotOpened(
            "It is encrypted to another certificate than ours, or in a way that is not read here; ask its sender to use"
            " the certificate we sign with."
        ) from wrong
    return outer + b"MIME-Version: 1.0\r\n" + said.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def why_not_theirs(content: bytes, sender: str, trusted: Sequence[str], at: datetime) -> str | None:
    """None where one of the trusted certificates, or one it vouches for, signed it in the sender's name."""
    with tempfile.TemporaryDirectory() as folder:
        letter, anchors, signer = (Path(folder, name) for name in ("letter", "trusted", "signer"))
        letter.write_bytes(content)
        anchors.write_text("\n".join(trusted))
        asked = ["cms", "-verify", "-in", str(letter), "-inform", "SMIME", "-CAfile", str(anchors), "-no-CApath"]
        asked += ["-no-CAstore", "-partial_chain", "-purpose", "smimesign", "-attime", str(int(at.timestamp()))]
        asked += ["-signer", str(signer), "-out", str(Path(folder, "said"))]
        try:
            run = subprocess.run(
                ["/bin/sh", "-c", LIMITED, "sh", *asked], capture_output=True, timeout=SECONDS * 2, check=False
            )
        except subprocess.TimeoutExpired:
            return "Its S/MIME signature took too long to check."
        if run.returncode != 0:
            return "Its S/MIME signature does not fit it, or is by no certificate kept for its sender's organisation."
        signers = x509.load_pem_x509_certificates(signer.read_bytes())
    if not any(sender.lower() in addresses_of(each) for each in signers):
        return f"It is signed by somebody else than {sender}."
    return None


def addresses_of(certificate: x509.Certificate) -> set[str]:
    named = {str(each.value).lower() for each in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)}
    try:
        also = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return named
    assert isinstance(also, x509.SubjectAlternativeName)
    return named | {each.lower() for each in also.get_values_for_type(x509.RFC822Name)}


def read_certificate(pem: str) -> x509.Certificate:
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as wrong:
        raise Invalid("This is no certificate; give the text that begins with BEGIN CERTIFICATE.") from wrong
    if len(found) != 1:
        raise Invalid("Give one certificate at a time.")
    return found[0]


# Ours


def signed(raw: bytes, pem: bytes) -> bytes:
    """`pem` holds our key and our certificate. What is inside stays readable for whoever cannot check it."""
    outer, inner = taken_apart(raw)
    key = load_pem_private_key(pem, None)
    certificates = x509.load_pem_x509_certificates(pem)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Unsendable("Our S/MIME key is neither RSA nor of an elliptic curve; set another in CROSSDESK_SMIME_FILE.")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(certificates[0], key, hashes.SHA256())
    for each in certificates[1:]:
        builder = builder.add_certificate(each)
    return put_together(outer, builder.sign(Encoding.SMIME, [pkcs7.PKCS7Options.DetachedSignature]))


def encrypted(raw: bytes, to: Sequence[x509.Certificate]) -> bytes:
    """Subject and addresses stay open, so nothing of a household stands there."""
    outer, inner = taken_apart(raw)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(inner)
    try:
        for each in to:
            builder = builder.add_recipient(each)
    except TypeError as wrong:
        raise Unsendable("Letters are encrypted to RSA certificates only; ask them for one.") from wrong
    return put_together(outer, builder.encrypt(Encoding.SMIME, []))


def taken_apart(raw: bytes) -> tuple[bytes, bytes]:
    """The headers of the letter, and what they wrap: its content with the headers that say what that is."""
    head, _, body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").partition(b"\r\n\r\n")
    outer, inner, into = b"", b"", b""
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].lower()
            into = b"inner" if name.startswith(b"content-") else b"none" if name == b"mime-version" else b"outer"
        if into == b"inner":
            inner += line + b"\r\n"
        elif into == b"outer":
            outer += line + b"\r\n"
    return outer, inner + b"\r\n" + body


def put_together(outer: bytes, wrapped: bytes) -> bytes:
    return outer + wrapped.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
