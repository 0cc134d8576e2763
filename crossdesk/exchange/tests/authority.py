"""Certificates for the stories: an authority and whom it vouches for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crossdesk.cases.tests.cast import NOON

YEAR = timedelta(days=365)


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Authority:
    name: str
    key: rsa.RSAPrivateKey = field(default_factory=_key)

    @property
    def subject(self) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])

    def certificate(self) -> str:
        made = self._begun(self.subject, self.key).add_extension(x509.BasicConstraints(True, None), critical=True)
        return made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    def vouch(self, address: str, key: rsa.RSAPrivateKey | None = None, *, ended: bool = False) -> str:
        """The key and its certificate, as one text."""
        key = key or _key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        made = self._begun(subject, key, ended=ended)
        made = made.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        pem = made.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode() + pem

    def _begun(self, subject: x509.Name, key: rsa.RSAPrivateKey, *, ended: bool = False) -> x509.CertificateBuilder:
        until = NOON - timedelta(days=1) if ended else NOON + YEAR
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOON - YEAR)
            .not_valid_after(until)
        )
