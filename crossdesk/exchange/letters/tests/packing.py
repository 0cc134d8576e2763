"""Packs letters the way other programs do: a winmail.dat as Outlook's, signatures by the field's own libraries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import pack

from compressed_rtf import compress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID


def tnef_object(level: int, name: int, data: bytes, kind: int = 6) -> bytes:
    return pack("<BHHI", level, name, kind, len(data)) + data + pack("<H", sum(data) & 0xFFFF)


def counted(data: bytes) -> bytes:
    return pack("<II", 1, len(data)) + data + bytes(-len(data) % 4)


def binary(name: int, data: bytes) -> bytes:
    return pack("<HH", 0x102, name) + counted(data)


def words(name: int, text: str) -> bytes:
    return pack("<HH", 0x1F, name) + counted(text.encode("utf-16-le") + b"\0\0")


def number(name: int, value: int) -> bytes:
    return pack("<HHI", 3, name, value)


def own_property(text: str) -> bytes:
    """A property some program named itself."""
    named = "KeepThis".encode("utf-16-le") + b"\0\0"
    head = pack("<HH", 0x1F, 0x8001) + bytes(16) + pack("<II", 1, len(named)) + named + bytes(-len(named) % 4)
    return head + counted(text.encode("utf-16-le") + b"\0\0")


def properties(*each: bytes) -> bytes:
    return pack("<I", len(each)) + b"".join(each)


def winmail(*files: tuple[str, bytes], html: str = "", rtf: str = "", text: str = "") -> bytes:
    said = [own_property("anything"), number(0x3FDE, 65001)]
    said += [binary(0x1013, html.encode())] if html else []
    said += [binary(0x1009, compress(rtf.encode("cp1252")))] if rtf else []
    said += [words(0x1000, text)] if text else []
    whole = pack("<IH", 0x223E9F78, 1)
    whole += tnef_object(1, 0x9006, pack("<I", 0x10000), 8) + tnef_object(1, 0x9007, pack("<II", 1252, 0))
    whole += tnef_object(1, 0x9003, properties(*said))
    for name, content in files:
        whole += tnef_object(2, 0x9002, bytes(14)) + tnef_object(2, 0x800F, content)
        whole += tnef_object(2, 0x9005, properties(words(0x3707, name)))
    return whole


def smime(content: bytes) -> bytes:
    """Signed and opaque, as `smime.p7m`."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ada Brook")])
    now = datetime(2026, 11, 24, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
