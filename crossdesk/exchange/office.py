"""Who we are to the outside: our name, our signed addresses, and the one door letters may leave through."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings

from crossdesk.exchange.letters.address import Addresses
from crossdesk.exchange.letters.compose import Office
from crossdesk.parties.models import Party


def addresses() -> Addresses:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = tuple(sha256(b"crossdesk mail addresses\0" + secret.encode()).digest() for secret in secrets)
    box, _, domain = settings.MAIL_FROM.rpartition("@")
    return Addresses(domain=domain or settings.MAIL_DOMAIN, keys=keys, desk=box or "desk")


def office(name: str) -> Office:
    return Office(name=name, instance=settings.MAIL_DOMAIN, addresses=addresses())


def rehearsing() -> bool:
    """The database itself says so too: no forgotten setting lets a demonstration's letters out."""
    return bool(settings.DEMONSTRATION) or Party.objects.filter(demonstration=True).exists()


def mail_server() -> str:
    """The URL letters leave by; nothing where none is configured."""
    return f"smtp://127.0.0.1:{settings.SINK_PORT}" if rehearsing() else settings.SMTP_URL
