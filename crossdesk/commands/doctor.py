"""Looks at what a running Crossdesk needs, and says of each thing how it is."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from crossdesk import rulebook
from crossdesk.access import Refused
from crossdesk.commands.advice import all_advice
from crossdesk.commands.django import setup
from crossdesk.commands.main import sentence_for

OLDEST_POSTGRESQL = 150000
EXTENSIONS = {"pg_trgm", "btree_gin", "unaccent"}


@click.command()
def doctor() -> None:
    """Check this installation and say what to mend."""
    setup()
    # In this order, and no further than the first that fails: what stands after it could only fail with it.
    if not all(
        _passes(check) for check in (_python, _rules, _server, _login, _extensions, _tables, _mailbox, _senders)
    ):
        raise Refused("Mend what is marked above, then ask again.")
    advice = all_advice()
    for sentence in advice:
        click.echo(f"  look  {sentence}")
    click.echo("It runs; look at what is marked above." if advice else "Everything is as it should be.")


def _passes(check: Callable[[], str]) -> bool:
    try:
        click.echo(f"  ok    {check()}")
    except Exception as trouble:
        sentence = sentence_for(trouble)
        if sentence is None:
            raise
        click.echo(f"  mend  {sentence}")
        return False
    return True


def _python() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor}"


def _server() -> str:
    from django.db import connection

    connection.ensure_connection()
    version: int = connection.connection.info.server_version
    if version < OLDEST_POSTGRESQL:
        raise Refused(f"PostgreSQL is version {version // 10000}; it has to be 15 or newer.")
    return f"PostgreSQL {version // 10000}.{version % 10000}"


def _login() -> str:
    from django.db import connection

    from crossdesk.project.schema import refuse_powerful_role

    refuse_powerful_role()
    return f"signs in as {connection.settings_dict['USER']}, who cannot read past the policies"


def _extensions() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select extname from pg_extension")
        missing = EXTENSIONS - {name for (name,) in cursor.fetchall()}
    if missing:
        raise Refused(
            f"The database lacks {', '.join(sorted(missing))}:"
            " run crossdesk/postgres/database.sql in it as a superuser."
        )
    return "the extensions are there"


def _tables() -> str:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        raise Refused(f"The tables lack {len(pending)} changes of this version: run crossdesk migrate.")
    return "the tables are at this version"


def _mailbox() -> str:
    from crossdesk.exchange.models import ReadUpTo
    from crossdesk.kit.time import london
    from crossdesk.threads.viewer import verbs

    with verbs():
        stuck = ReadUpTo.objects.exclude(trouble="").order_by("trouble_since").first()
    if stuck and stuck.trouble_since:
        raise Refused(f"{stuck.trouble} It has been so since {london(stuck.trouble_since):%d %b %Y, %H:%M}.")
    return "every polled mailbox can be read"


def _senders() -> str:
    from django.conf import settings

    if settings.MAIL_AUTHSERV:
        return f"senders are checked by {settings.MAIL_AUTHSERV}"
    if settings.MAIL_DKIM:
        return "senders are checked by the signature of their domain"
    return "senders are believed as written; set CROSSDESK_MAIL_AUTHSERV or CROSSDESK_MAIL_DKIM=1 to have them checked"


def _rules() -> str:
    rulebook.current()
    return "the market's rules are sound"


CHECKS = (_python, _rules, _server, _login, _extensions, _tables, _mailbox, _senders)
