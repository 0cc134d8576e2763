"""A PostgreSQL of a test's own, to be killed: durable as the product runs it, for what was answered must outlive it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dj_database_url
from django.conf import settings
from django.db import connections
from psycopg import sql

from crossdesk.kit.tests.waiting import until
from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests import databases
from crossdesk.postgres.tests.folders import passable

WAYS = {"kill -9": signal.SIGKILL, "immediate shutdown": signal.SIGQUIT}
"""Of the postmaster. The machine stays up, so what it had written is safe whatever `fsync` says; what was only answered
is safe because `synchronous_commit` is on, which it is not for the throwaway servers of other tests."""
PLACE = ("HOST", "PORT", "USER", "PASSWORD", "NAME")


def kill(cluster: Cluster, way: signal.Signals) -> None:
    """Our supervisor starts it again; whoever needs it waits by `back`."""
    assert cluster.pid
    os.kill(cluster.pid, way)


def back(cluster: Cluster, gone: int | None) -> None:
    until(lambda: cluster.pid != gone, "PostgreSQL to be started again")
    cluster.await_restart(gone or 0)


PREPARED = "crossdesk_prepared"


@contextmanager
def own_postgres(folder: Path) -> Iterator[Cluster]:
    """With one prepared database, to be copied."""
    from crossdesk.project.schema import prepare

    cluster = Cluster(passable(folder) / "postgres")
    cluster.start()
    try:
        with _working_on(cluster, PREPARED):
            databases.as_owner(sql.SQL("create database {}").format(sql.Identifier(PREPARED)))
            prepare()
        yield cluster
    finally:
        cluster.stop()


@contextmanager
def fresh(cluster: Cluster, name: str) -> Iterator[None]:
    """This process works on a copy of the prepared database until the end."""
    with _working_on(cluster, name):
        databases.copy_of(PREPARED, name)
        yield


@contextmanager
def _working_on(cluster: Cluster, name: str) -> Iterator[None]:
    before = {key: os.environ[key] for key in cluster.environment}
    worn = {alias: {key: settings.DATABASES[alias][key] for key in PLACE} for alias in ("default", "owner")}
    try:
        os.environ.update(cluster.environment)
        for alias, url in (("default", cluster.app_url), ("owner", cluster.owner_url)):
            found = dict(dj_database_url.parse(url))
            _stand(alias, {**{key: found[key] for key in PLACE}, "NAME": name})
        yield
    finally:
        os.environ.update(before)
        for alias, place in worn.items():
            _stand(alias, place)


def _stand(alias: str, place: dict[str, object]) -> None:
    connections[alias].close()
    settings.DATABASES[alias].update(place)
    connections[alias].settings_dict.update(place)
