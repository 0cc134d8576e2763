import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests.folders import passable
from crossdesk.postgres.trouble import ClusterError


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return passable(tmp_path_factory.mktemp("cluster")) / "postgres"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(passable(tmp_path_factory.mktemp("cluster")) / "postgres", throwaway=True)
    cluster.start()
    yield cluster
    cluster.stop()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def test_the_login_of_the_product_has_no_power_and_inherits_none(cluster: Cluster) -> None:
    powers = "select rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolinherit from pg_roles"
    assert ask(cluster.app_url, f"{powers} where rolname = current_user") is False


def test_the_product_may_become_the_viewer_and_the_verbs_but_not_the_owner(cluster: Cluster) -> None:
    member = "select string_agg(rolname, ' ' order by rolname) from pg_roles where pg_has_role(oid, 'MEMBER')"
    assert ask(cluster.app_url, member) == "crossdesk_app crossdesk_verbs crossdesk_viewer"


def test_a_database_made_by_the_owner_has_the_extensions(cluster: Cluster) -> None:
    with psycopg.connect(cluster.owner_url, autocommit=True) as owner:
        owner.execute("create database another")
    extensions = "select string_agg(extname, ' ' order by extname) from pg_extension"
    assert ask(cluster.url("crossdesk_owner", "another"), extensions) == "btree_gin pg_trgm plpgsql unaccent"


def test_text_sorts_by_code_point_whatever_the_machine_speaks(cluster: Cluster) -> None:
    assert ask(cluster.owner_url, "select 'Z' < 'a' and upper('é') = 'É'") is True


def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://crossdesk_app:guess@127.0.0.1:{cluster.port}/crossdesk")


def test_data_and_passwords_are_closed_to_others(cluster: Cluster) -> None:
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in cluster.home.glob("*.password")} == {0o600}


def test_no_statement_reaches_the_log(cluster: Cluster) -> None:
    with pytest.raises(psycopg.Error):
        ask(cluster.owner_url, "select 1/0 as mpan_1234567890123")
    log = cluster.log.read_text()
    assert "division by zero" in log
    assert "1234567890123" not in log


def test_the_server_killed_comes_back_at_the_same_address(cluster: Cluster) -> None:
    killed = cluster.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    cluster.await_restart(killed)
    assert ask(cluster.app_url, "select 1") == 1


def test_a_second_start_keeps_data_and_address(folder: Path) -> None:
    first = Cluster(folder, throwaway=True)
    first.start()
    address = first.owner_url
    with psycopg.connect(address) as owner:
        owner.execute("create table kept as select 1 as one")
    first.stop()

    second = Cluster(folder, throwaway=True)
    second.start()
    assert second.owner_url == address
    assert ask(address, "select one from kept") == 1
    second.stop()


def test_two_at_once_is_one_sentence(cluster: Cluster) -> None:
    with pytest.raises(ClusterError, match="already running from this folder"):
        Cluster(cluster.home).start()


def test_a_run_that_was_killed_leaves_a_server_that_the_next_run_takes_over(folder: Path) -> None:
    killed_run = (
        "import os, pathlib, sys; from crossdesk.postgres.cluster import Cluster;"
        "cluster = Cluster(pathlib.Path(sys.argv[1]), throwaway=True); cluster.start(); print(cluster.pid, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    run = subprocess.run([sys.executable, "-c", killed_run, folder], stdout=subprocess.PIPE, check=False)
    assert run.returncode == -signal.SIGKILL

    cluster = Cluster(folder, throwaway=True)
    cluster.start()
    assert ask(cluster.app_url, "select 1") == 1
    assert cluster.pid != int(run.stdout)
    cluster.stop()


def test_a_stale_record_that_names_a_stranger_does_not_keep_it_from_starting(folder: Path) -> None:
    cluster = Cluster(folder, throwaway=True)
    cluster.ensure()
    record = cluster.data / "postmaster.pid"
    record.write_text(f"{os.getpid()}\n{cluster.data}\n")
    cluster.start()
    assert ask(cluster.app_url, "select 1") == 1
    cluster.stop()


def test_a_half_made_data_folder_is_made_again(folder: Path) -> None:
    cluster = Cluster(folder, throwaway=True)
    (cluster.home / "data.making").mkdir()
    (cluster.home / "data.making" / "PG_VERSION").write_text("18\n")
    cluster.start()
    assert ask(cluster.app_url, "select 1") == 1
    cluster.stop()


def test_data_of_a_version_that_is_gone_says_what_to_do(folder: Path) -> None:
    cluster = Cluster(folder, throwaway=True)
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ClusterError, match="made by PostgreSQL 9, which this machine no longer has"):
        cluster.start()
