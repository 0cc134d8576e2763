"""A party's administrator records where its people sign in. Called inside `verbs()`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from crossdesk.access import Invalid
from crossdesk.accounts.models import AnsweredDomain, IdentityProvider
from crossdesk.accounts.saml import described
from crossdesk.kit.sealed import seal, unseal
from crossdesk.parties.models import Membership, Party
from crossdesk.parties.policy import ActsFor, require, why_not_administer

DOMAIN = re.compile(r"(?=.{4,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
ON_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Said:
    protocol: str
    domains: str
    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    metadata: str = ""
    invites: bool = False
    switched_on: bool = True


def keep(party: Party, said: Said, *, by: ActsFor, at: datetime) -> IdentityProvider:
    require(why_not_administer(by, party))
    before = IdentityProvider.objects.select_for_update().filter(party=party).first()
    provider = before or IdentityProvider(party=party)
    provider.protocol = said.protocol
    if said.protocol == IdentityProvider.Protocol.OIDC:
        _oidc(provider, said)
    elif said.protocol == IdentityProvider.Protocol.SAML:
        provider.metadata = said.metadata.strip() or provider.metadata
        provider.issuer = described(provider.metadata).entity
        provider.client_id = provider.sealed_secret = ""
    else:
        raise Invalid("Say whether it speaks OpenID Connect or SAML.")
    provider.invites, provider.switched_on = said.invites, said.switched_on
    provider.kept_by, provider.kept_at = f"{by.name}, {by.party_name}"[:160], at
    domains = _domains(said.domains.replace(",", " ").split(), party, at)
    provider.save()
    provider.domains.exclude(domain__in=domains).delete()
    for domain in domains:
        AnsweredDomain.objects.get_or_create(domain=domain, defaults={"provider": provider})
    return provider


def remove(party: Party, *, by: ActsFor) -> None:
    require(why_not_administer(by, party))
    IdentityProvider.objects.filter(party=party).delete()


def secret_of(provider: IdentityProvider) -> str | None:
    return unseal(provider.sealed_secret, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _oidc(provider: IdentityProvider, said: Said) -> None:
    url = urlsplit(said.issuer.strip().rstrip("/"))
    rehearsed = url.scheme == "http" and url.hostname in ON_THIS_MACHINE and not settings.SECURE
    if url.scheme != "https" and not rehearsed:
        raise Invalid("Give the issuer's address as its provider tells it; it begins with https://.")
    if not said.client_id.strip():
        raise Invalid("Give the client id that the provider knows us by.")
    provider.issuer, provider.client_id, provider.metadata = url.geturl(), said.client_id.strip()[:190], ""
    if said.secret.strip():
        provider.sealed_secret = seal(said.secret.strip(), (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    if not provider.sealed_secret:
        raise Invalid("Give the secret that goes with the client id.")


def _domains(given: Iterable[str], party: Party, at: datetime) -> list[str]:
    """Nobody's addresses are led to a stranger's page: a domain in which another party's people live is refused."""
    domains = sorted({each.strip().lower().lstrip("@") for each in given})
    if not domains:
        raise Invalid("Say for which addresses it answers, such as sycamore.example.")
    for domain in domains:
        if not DOMAIN.fullmatch(domain):
            raise Invalid(f"“{domain}” is not the part of an address after the @.")
        if AnsweredDomain.objects.filter(domain=domain).exclude(provider=party.pk).exists():
            raise Invalid(f"Another organisation's provider answers for {domain}.")
        live = Membership.objects.filter(Q(until=None) | Q(until__gt=at), person__email__iendswith=f"@{domain}")
        ours = live.filter(party=party).values("person")
        if live.exclude(person__in=ours).exists():
            raise Invalid(f"People of other organisations are at {domain}; your provider cannot answer for it.")
    return domains
