"""A database of a benchmark's own on the server that DATABASE_URL and CROSSDESK_OWNER_URL name, dropped afterwards."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def database(name: str, *, keep: bool = False) -> Iterator[psycopg.Connection]:
    """Prepared as the product's own, with Django set up on it; what is given is its owner's connection."""
    owner_url = os.environ["CROSSDESK_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as server:
        server.execute(f'drop database if exists "{name}" with (force)')
        server.execute(f'create database "{name}"')
    os.environ["CROSSDESK_OWNER_URL"] = _at(owner_url, name)
    os.environ["DATABASE_URL"] = _at(os.environ["DATABASE_URL"], name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdesk.project.settings")
    import django

    with tempfile.TemporaryDirectory() as folder:
        os.environ["CROSSDESK_ANCHOR_KEY"] = f"{folder}/anchor-key.pem"
        django.setup()
        from django.db import connections

        from crossdesk.project.schema import prepare

        prepare()
        with psycopg.connect(os.environ["CROSSDESK_OWNER_URL"], autocommit=True) as owner:
            yield owner
        connections.close_all()
    if not keep:
        with psycopg.connect(owner_url, autocommit=True) as server:
            _drop(server, name)


def _drop(server: psycopg.Connection, name: str) -> None:
    """Waits for its last sessions to leave: to end those of the product is a right the owner lacks."""
    for _ in range(100):
        with suppress(psycopg.errors.ObjectInUse):
            server.execute(f'drop database "{name}"')
            return
        time.sleep(0.1)
    print(f"{name} is still in use and stays.")


def _at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
