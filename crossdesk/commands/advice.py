"""What an operator forgets: nothing that keeps Crossdesk from running, all of it something people would soon miss."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

OURSELVES = ("127.0.0.1", "localhost", "::1")
WORKER_IS_GONE_AFTER = 60
SITE_IS_OLD_AFTER = timedelta(minutes=10)


def all_advice() -> list[str]:
    checks: tuple[Callable[[], str | None], ...] = (
        address,
        hosts,
        letters,
        domain,
        believed,
        people,
        worker,
        site,
        journal,
    )
    return [sentence for check in checks if (sentence := check())]


def address() -> str | None:
    from django.conf import settings

    url = urlsplit(settings.SITE_URL)
    if url.scheme != "https" and url.hostname not in OURSELVES:
        return f"People reach {settings.SITE_URL} in the clear: put TLS before it and set CROSSDESK_URL to https://."
    return None


def hosts() -> str | None:
    from django.conf import settings
    from django.http.request import validate_host

    name = urlsplit(settings.SITE_URL).hostname or ""
    if not validate_host(name, settings.ALLOWED_HOSTS):
        return f"Pages asked for as {name} are refused: add {name} to CROSSDESK_HOSTS."
    return None


def letters() -> str | None:
    from crossdesk.exchange.office import mail_server
    from crossdesk.threads.viewer import verbs

    with verbs():
        server = mail_server()
    if not server:
        return "No letter can leave: set CROSSDESK_SMTP_URL to your mail server."
    url = urlsplit(server)
    try:
        kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
        with kind(url.hostname or "", url.port or (465 if url.scheme == "smtps" else 25), timeout=5) as there:
            there.noop()
    except (OSError, smtplib.SMTPException):
        return f"The mail server at {url.hostname}:{url.port or 25} does not answer: check CROSSDESK_SMTP_URL."
    return None


def domain() -> str | None:
    from django.conf import settings

    from crossdesk.exchange.office import rehearsing
    from crossdesk.threads.viewer import verbs

    with verbs():
        if rehearsing():
            return None
    if settings.MAIL_FROM.endswith(".example"):
        return f"Answers to {settings.MAIL_FROM} reach nobody: set CROSSDESK_MAIL_DOMAIN to one whose mail you take."
    return None


def believed() -> str | None:
    from django.conf import settings

    if settings.SECURE and not settings.MAIL_AUTHSERV:
        return "A sender's address is believed as written: set CROSSDESK_MAIL_AUTHSERV to the name of your mail server."
    return None


def people() -> str | None:
    from crossdesk.parties.models import Person
    from crossdesk.threads.viewer import verbs

    with verbs():
        somebody = Person.objects.filter(is_active=True).exclude(password__regex="^!|^$").exists()  # noqa: S106
    if not somebody:
        return 'Nobody can sign in yet: run crossdesk invite you@your.example --name "Your Name".'
    return None


def worker() -> str | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from procrastinate_workers"
            " where last_heartbeat > now() - make_interval(secs => %s))",
            [WORKER_IS_GONE_AFTER],
        )
        (alive,) = cursor.fetchone() or (False,)
    return None if alive else "No worker is running, so no letter leaves and no clock warns: start crossdesk worker."


def site() -> str | None:
    from django.conf import settings

    from crossdesk.kit.time import now
    from crossdesk.proof.folder import head_of

    if not settings.STATUS_FOLDER:
        return None
    head = head_of(Path(settings.STATUS_FOLDER))
    if head is None or now() - head.written_at > SITE_IS_OLD_AFTER:
        return f"No worker of this machine keeps the status site in {settings.STATUS_FOLDER}: its log says why."
    return None


def journal() -> str | None:
    from crossdesk.kit.time import clock_time, now, zone
    from crossdesk.signals.questions import newest_feed, silent
    from crossdesk.threads.viewer import verbs

    with verbs():
        feed = newest_feed()
    until = feed.last_at if feed else None
    if until is None or not silent(until, now()):
        return None
    known = f"{clock_time(until, now())} {zone(until)}"
    return f"The message journal is silent, nothing newer than {known} was read: look at what feeds it."
