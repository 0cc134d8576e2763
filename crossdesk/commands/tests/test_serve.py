from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests.folders import passable


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("login", ["postgres", "crossdesk_bypasser"])
def test_nobody_serves_who_can_read_past_the_policies(powerful: Cluster, login: str, command: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "crossdesk", command],
        env={**os.environ, "DATABASE_URL": powerful.url(login, "crossdesk")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Crossdesk does not run as {login}, who can read past")


@pytest.fixture(scope="module")
def powerful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server with one login more, who is no superuser but whom no policy stops."""
    cluster = Cluster(passable(tmp_path_factory.mktemp("cluster")) / "postgres", throwaway=True)
    cluster.start()
    with psycopg.connect(cluster.url("postgres", "crossdesk"), autocommit=True) as superuser:
        superuser.execute("create role crossdesk_bypasser login bypassrls")
        password = cluster.url("crossdesk_bypasser", "").split(":")[2].split("@")[0]
        superuser.execute(sql.SQL("alter role crossdesk_bypasser password {}").format(sql.Literal(password)))
    yield cluster
    cluster.stop()


def test_the_code_of_every_page_is_read_before_anybody_asks() -> None:
    pages = {"crossdesk.web.console.case", "crossdesk.web.portal.my_cases", "crossdesk.api.native.cases"}
    told = f"import crossdesk.project.server, sys; print(sorted({pages} - set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout == "[]\n"
