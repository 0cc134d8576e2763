"""One product for each module: real processes on one committed database, the world's mail server, and a moved clock.

A module says when its story begins (`BEGINS`) and who is on stage (`SETS`, told that moment).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

from crossdesk.postgres.cluster import Cluster
from scenarios.moved import MovedClock, moved_postgres
from scenarios.postbox import postbox
from scenarios.product import Product, running

TEMPLATE, STAGE = "crossdesk", "crossdesk_stage"
LOGINS = {"default": "crossdesk_app", "owner": "crossdesk_owner"}


@pytest.fixture(scope="session")
def moved(django_db_blocker: pytest.FixtureRequest) -> Iterator[tuple[MovedClock, Cluster]]:
    """A PostgreSQL under a clock that can be moved, with the product's tables in the database that others copy."""
    from crossdesk.project.schema import prepare

    with moved_postgres() as (clock, cluster):
        with django_db_blocker.unblock(), _looking_at(cluster, TEMPLATE):  # type: ignore[attr-defined]
            prepare()
        yield clock, cluster


@pytest.fixture(scope="module")
def product(
    request: pytest.FixtureRequest,
    moved: tuple[MovedClock, Cluster],
    django_db_blocker: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    """The stage is set before anything runs."""
    clock, cluster = moved
    database = {"DATABASE_URL": cluster.url(LOGINS["default"], STAGE), "CROSSDESK_OWNER_URL": _owner(cluster, STAGE)}
    clock.set(request.module.BEGINS)
    with django_db_blocker.unblock(), _copied(cluster), _looking_at(cluster, STAGE), postbox() as post:  # type: ignore[attr-defined]
        product = Product(clock, database, post, tmp_path_factory.mktemp("product"))
        product.stage = request.module.SETS(clock.now())
        with running(product):
            yield product


def _owner(cluster: Cluster, name: str) -> str:
    return cluster.url(LOGINS["owner"], name)


@contextmanager
def _copied(cluster: Cluster) -> Iterator[None]:
    """Dropped without force, as its owner has no right to end the product's sessions: they leave by themselves."""
    name, template = sql.Identifier(STAGE), sql.Identifier(TEMPLATE)
    with psycopg.connect(_owner(cluster, "postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("drop database if exists {}").format(name))
        owner.execute(sql.SQL("create database {} template {}").format(name, template))
    yield
    with psycopg.connect(_owner(cluster, "postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL("drop database {}").format(name))


@contextmanager
def _looking_at(cluster: Cluster, name: str) -> Iterator[None]:
    """This process too, for the stage and for what a story holds against the truth."""
    before = {alias: dict(settings.DATABASES[alias]) for alias in LOGINS}
    _use({alias: dict(dj_database_url.parse(cluster.url(login, name))) for alias, login in LOGINS.items()})
    try:
        yield
    finally:
        _use(before)


def _use(databases: dict[str, dict[str, object]]) -> None:
    for alias, database in databases.items():
        connections[alias].close()
        told = {key: database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        settings.DATABASES[alias].update(told)
        connections[alias].settings_dict.update(told)
