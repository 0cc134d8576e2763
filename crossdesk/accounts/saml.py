"""A SAML provider's description of itself, read for what is needed: who it is, where to go, whose key signs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from crossdesk.access import Invalid

SPOKEN = find_spec("onelogin") is not None
"""Whether the optional SAML library is installed: pip install 'crossdesk[saml]'."""


@dataclass(frozen=True)
class Described:
    entity: str
    sign_in: str
    certificates: tuple[str, ...]


def described(metadata: str) -> Described:
    if not SPOKEN:
        raise Invalid("SAML is not installed here: ask the operator for crossdesk[saml], or use OpenID Connect.")
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser

    if "<!DOCTYPE" in metadata or "<!ENTITY" in metadata:
        raise Invalid("The metadata declares entities of its own; give the plain description your provider offers.")
    try:
        idp = OneLogin_Saml2_IdPMetadataParser.parse(metadata).get("idp", {})
    except Exception:  # lxml and the parser raise many kinds for text that is not what it should be
        raise Invalid("This is not a SAML provider's metadata; paste the XML it offers, whole.") from None
    several = idp.get("x509certMulti", {}).get("signing", [])
    keys = tuple(each for each in (idp.get("x509cert"), *several) if each)
    sign_in = idp.get("singleSignOnService", {}).get("url", "")
    if not (idp.get("entityId") and sign_in and keys):
        raise Invalid("The metadata lacks the provider's name, its sign-in address or its signing key.")
    return Described(idp["entityId"], sign_in, keys)
