"""Opens what mail programs wrap a letter in, one layer deep: winmail.dat, an opaque signature, a signed text, an
invitation. What is taken out is read as if it had come plainly; nothing else is ever unpacked."""

from __future__ import annotations

import re

from asn1crypto import cms

from crossdesk.exchange.letters.tnef import Unpacked, is_tnef, unpacked

MOST_FROM_ONE = 100
SIGNED_FILE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
ARMOUR = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]{1,40}: [^\n]{0,200}\n){0,10}\n(.*?)\n?"
    r"-----BEGIN PGP SIGNATURE-----[^-]{0,20000}-----END PGP SIGNATURE-----",
    re.S,
)
INVITATION = {"SUMMARY": "What", "DTSTART": "When", "LOCATION": "Where", "METHOD": "It says"}
ENCRYPTED = "It is encrypted, so nobody here can read it; ask its sender for it unencrypted."


def opened_tnef(content_type: str, content: bytes) -> Unpacked | None:
    return unpacked(content) if is_tnef(content_type, content) else None


def signed_content(content_type: str, content: bytes) -> tuple[bytes | None, str]:
    """What an opaque S/MIME signature wraps. The signature itself is not looked at and proves nothing here."""
    if content_type not in SIGNED_FILE:
        return None, ""
    try:
        wrapped = cms.ContentInfo.load(content)
        if wrapped["content_type"].native == "enveloped_data":
            return None, ENCRYPTED
        inner = wrapped["content"]["encap_content_info"]["content"].native
    except Exception:  # the bytes are a stranger's, and the library raises whatever it meets
        inner = None
    return (inner, "") if isinstance(inner, bytes) and inner else (None, "Its signed content could not be read.")


def without_armour(text: str) -> str:
    """The words inside a PGP clear-signed text, without what it wrote around them."""
    if "-----BEGIN PGP SIGNED" not in text:
        return ENCRYPTED if text.lstrip().startswith("-----BEGIN PGP MESSAGE-----") else text
    return ARMOUR.sub(lambda found: re.sub(r"(?m)^- ", "", found[1]), text)


def words_of_invitation(calendar: str) -> str:
    """For a letter that brings nothing but an invitation."""
    lines = re.sub(r"\n[ \t]", "", calendar[:50_000].replace("\r\n", "\n")).split("\n")
    said: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        label = INVITATION.get(name.partition(";")[0].upper())
        if colon and label and label not in said:
            said[label] = value.replace("\\,", ",").replace("\\n", " ")[:300]
    return "\n".join(["It is an invitation.", *(f"{label}: {value}" for label, value in said.items())])
