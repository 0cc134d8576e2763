"""Signing in through the provider of one's own organisation.

A provider vouches for its own party's people and for nothing else: what it opens is that party's memberships, in a
session that can neither act for another party nor change how the person signs in (signed.py, seeing.py).
"""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from crossdesk.access import NotAllowed
from crossdesk.accounts.admitting import Vouched, admit, answering_for
from crossdesk.accounts.models import IdentityProvider
from crossdesk.accounts.providing import secret_of
from crossdesk.accounts.saml import SPOKEN, described
from crossdesk.kit.time import now
from crossdesk.threads.viewer import verbs

log = logging.getLogger("crossdesk.signin")
OIDC, SAML = "openid_connect", "saml"
PATIENCE = 10


@require_POST
def lead_to_provider(request: HttpRequest) -> HttpResponse:
    """By the part after the @ alone, so that nothing is told about who has an account."""
    address = request.POST.get("login", "").strip().lower()
    with verbs():
        provider = answering_for(address)
    if provider is None:
        words = "No organisation's own sign-in answers for this address. Use your password or a passkey."
        return render(request, "account/led.html", {"provider": None, "sentence": words, "url": ""}, status=404)
    if provider.protocol == IdentityProvider.Protocol.OIDC:
        url = reverse("openid_connect_login", kwargs={"provider_id": str(provider.pk)})
    else:
        url = reverse("saml_login", kwargs={"organization_slug": str(provider.pk)}) if SPOKEN else ""
    return render(request, "account/led.html", {"provider": provider, "sentence": "", "url": url})


class HttpsOnly(requests.Session):
    """What a provider's description leads to is fetched from our side: never in the clear, never for long."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if settings.SECURE and not (request.url or "").startswith("https://"):
            raise requests.exceptions.InvalidURL("a provider is only asked by https")
        kwargs["timeout"] = PATIENCE
        return super().send(request, **kwargs)


class ByParty(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Providers stand in the parties' own rows; none stands in the settings, and no account makes itself."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Asked for one party, by its number: as `provider` by OpenID Connect, as `client_id` by SAML."""
        number = client_id if provider == SAML else provider
        if not str(number).isdecimal():
            return []
        with verbs():
            found = IdentityProvider.objects.select_related("party").filter(pk=int(number), switched_on=True).first()
        app = _app(found) if found else None
        return [app] if app and (app.provider == SAML) == (provider == SAML) else []

    def get_requests_session(self) -> requests.Session:
        return HttpsOnly()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever the provider names is let in only as a live member of that party; everybody else is told nothing."""
        vouched = _vouched(sociallogin)
        try:
            if sociallogin.state.get("process") != "login":
                raise NotAllowed("A provider signs in; it is not joined to an account.")
            with verbs():
                person = admit(vouched, at=now())
                _same_as_before(person.pk, vouched)
                # Nothing the provider tells is kept but its own number for them.
                known, _ = SocialAccount.objects.get_or_create(
                    provider=str(vouched.party), uid=vouched.subject, user=person
                )
            sociallogin.account, sociallogin.user = known, person
        except NotAllowed as refused:
            log.info("a provider's sign-in was refused", extra={"error": refused.sentence})
            raise ImmediateHttpResponse(_refused(request)) from refused

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_refused(request))


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "account/not_let_in.html", status=403)


def _app(provider: IdentityProvider) -> SocialApp | None:
    told: dict[str, Any]
    if provider.protocol == IdentityProvider.Protocol.OIDC:
        secret = secret_of(provider)
        if secret is None:
            log.error("an identity provider's secret cannot be unsealed; its administrator has to enter it again")
            return None
        told = {"server_url": provider.issuer, "oauth_pkce_enabled": True}
        return _named(provider, OIDC, provider.client_id, told, secret)
    idp = described(provider.metadata)
    told = {
        "idp": {"entity_id": idp.entity, "sso_url": idp.sign_in, "x509cert": idp.certificates[0]},
        "advanced": {"want_assertion_signed": True, "want_name_id": True, "reject_idp_initiated_sso": True},
        "use_nameid_for_email": True,
    }
    return _named(provider, SAML, str(provider.pk), told)


def _named(provider: IdentityProvider, kind: str, client: str, told: dict[str, Any], secret: str = "") -> SocialApp:
    name = provider.party.name[:40]
    return SocialApp(
        provider=kind, provider_id=str(provider.pk), name=name, client_id=client, secret=secret, settings=told
    )


def _vouched(login: SocialLogin) -> Vouched:
    addresses = [(each.email, each.verified) for each in login.email_addresses]
    named = addresses[0][0] if addresses else (login.user.email or "")
    told = login.account.extra_data or {}
    claims = told.get("userinfo") or told.get("id_token") or {}
    return Vouched(
        party=int(login.account.provider),
        subject=login.account.uid,
        address=named.strip().lower(),
        name=str(claims.get("name") or ""),
        denied=claims.get("email_verified") is False,
    )


def _same_as_before(person: int, vouched: Vouched) -> None:
    """An address that passes to somebody else at the organisation does not pass on what its first holder could see."""
    provider = str(vouched.party)
    others = SocialAccount.objects.filter(provider=provider)
    if others.filter(user=person).exclude(uid=vouched.subject).exists():
        raise NotAllowed("The provider knows this address under another number than before.")
    if others.filter(uid=vouched.subject).exclude(user=person).exists():
        raise NotAllowed("The provider's number belongs to another person here.")
