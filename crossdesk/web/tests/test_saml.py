"""Sign-in by SAML against a small provider of our own making: its answers are really signed, in time and for us."""

# ruff: noqa: E501 - the XML of a standard, as it stands in messages

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.test import Client

from crossdesk.access import Invalid
from crossdesk.accounts.saml import described
from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.web.tests.test_providers import keep

pytest.importorskip("onelogin", reason="needs crossdesk[saml]")
from onelogin.saml2.utils import OneLogin_Saml2_Utils

pytestmark = pytest.mark.django_db
ENTITY, HERE = "https://idp.sycamore.example/", "http://127.0.0.1"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Provider:
    key: str
    certificate: str

    @classmethod
    def made(cls) -> Provider:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.sycamore.example")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=9))
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return cls(private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode())

    @property
    def metadata(self) -> str:
        bare = "".join(self.certificate.splitlines()[1:-1])
        return (
            f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">'
            '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
            '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
            f"<X509Certificate>{bare}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
            '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"'
            f' Location="{ENTITY}sso"/></IDPSSODescriptor></EntityDescriptor>'
        )

    def answer(self, asked: str, party: int, address: str, *, until: timedelta = timedelta(minutes=5)) -> str:
        now = datetime.now(UTC)
        acs = f"{HERE}/account/provider/saml/{party}/acs/"
        at, end = now.strftime(MOMENT), (now + until).strftime(MOMENT)
        assertion = (
            f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0" IssueInstant="{at}">'
            f"<saml:Issuer>{ENTITY}</saml:Issuer><saml:Subject>"
            '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">n-77</saml:NameID>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData'
            f' InResponseTo="{asked}" NotOnOrAfter="{end}" Recipient="{acs}"/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{(now - timedelta(minutes=20)).strftime(MOMENT)}" NotOnOrAfter="{end}">'
            f"<saml:AudienceRestriction><saml:Audience>{HERE}/account/provider/saml/{party}/metadata/</saml:Audience>"
            f'</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at}"><saml:AuthnContext>'
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
            "</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>"
            '<saml:Attribute Name="urn:oid:0.9.2342.19200300.100.1.3">'
            f"<saml:AttributeValue>{address}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>"
            "</saml:Assertion>"
        )
        signed = OneLogin_Saml2_Utils.add_sign(assertion, self.key, self.certificate)
        words = signed.decode() if isinstance(signed, bytes) else signed
        response = (
            f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0" IssueInstant="{at}"'
            f' Destination="{acs}" InResponseTo="{asked}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
            f'{ENTITY}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>'
            f"</samlp:Status>{words}</samlp:Response>"
        )
        return base64.b64encode(response.encode()).decode()


def asked_of(client: Client, party: int) -> str:
    away = client.get(f"/account/provider/saml/{party}/login/")
    assert away.status_code == 302, away.content
    assert away["Location"].startswith(f"{ENTITY}sso?")
    packed = parse_qs(urlsplit(away["Location"]).query)["SAMLRequest"][0]
    request = zlib.decompress(base64.b64decode(packed), -15).decode()
    return request.split('ID="')[1].split('"')[0]


def sign_in(
    people: Cast, idp: Provider, address: str, *, signer: Provider | None = None, **how: Any
) -> tuple[Client, Any]:
    client = Client(SERVER_NAME="127.0.0.1", HTTP_HOST="127.0.0.1")
    party = people.sycamore.pk
    asked = asked_of(client, party)
    words = (signer or idp).answer(asked, party, address, **how)
    return client, client.post(f"/account/provider/saml/{party}/acs/", {"SAMLResponse": words}, follow=True)


@pytest.fixture(scope="module")
def idp() -> Provider:
    return Provider.made()


def test_a_live_member_is_let_in_for_that_party(idp: Provider) -> None:
    people = cast()
    keep(people, protocol="saml", metadata=idp.metadata)
    client, answer = sign_in(people, idp, "priya@sycamore.example")
    assert answer.status_code == 200
    assert "for <b>Sycamore Energy</b>" in client.get("/cases/").content.decode()


@pytest.mark.parametrize("address", ["hal@harrier.example", "nobody@sycamore.example"])
def test_nobody_else_is_let_in(idp: Provider, address: str) -> None:
    people = cast()
    keep(people, protocol="saml", metadata=idp.metadata)
    _, answer = sign_in(people, idp, address)
    assert answer.status_code == 403
    assert "You were not let in" in answer.content.decode()


def test_an_answer_signed_by_another_key_or_too_late_is_refused(idp: Provider) -> None:
    people = cast()
    keep(people, protocol="saml", metadata=idp.metadata)
    _, forged = sign_in(people, idp, "priya@sycamore.example", signer=Provider.made())
    _, late = sign_in(people, idp, "priya@sycamore.example", until=timedelta(minutes=-10))
    assert (forged.status_code, late.status_code) == (403, 403)


def test_an_answer_nobody_asked_for_is_refused(idp: Provider) -> None:
    people = cast()
    keep(people, protocol="saml", metadata=idp.metadata)
    words = idp.answer("_never-asked", people.sycamore.pk, "priya@sycamore.example")
    client = Client(SERVER_NAME="127.0.0.1", HTTP_HOST="127.0.0.1")
    path = f"/account/provider/saml/{people.sycamore.pk}/acs/"
    assert client.post(path, {"SAMLResponse": words}, follow=True).status_code == 403


@pytest.mark.parametrize("words", ["", "<a/>", "not xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_metadata_is_refused_in_words(words: str) -> None:
    with pytest.raises(Invalid, match="metadata"):
        described(words)
