import socket
import subprocess
import sys

import psycopg
import pytest
from click.testing import CliRunner
from django.db.utils import OperationalError, ProgrammingError

from crossdesk.access import Refused
from crossdesk.commands.main import main, sentence_for
from crossdesk.commands.ports import require_free


def crossdesk(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crossdesk", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_the_help_lists_what_there_is() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    assert "Start everything on this machine; Ctrl-C stops it." in listed
    assert "Bring the database to this version" in listed


def test_a_command_that_is_not_there_says_so() -> None:
    answer = CliRunner().invoke(main, ["serv"])
    assert answer.exit_code == 2
    assert "No such command 'serv'" in answer.output


def test_a_trouble_we_do_not_know_keeps_its_traceback() -> None:
    assert sentence_for(KeyError("what is this")) is None


def test_a_database_that_is_away_is_one_sentence_through_django_too() -> None:
    trouble = OperationalError("wrapped")
    trouble.__cause__ = psycopg.OperationalError("connection refused\nsecond line")
    assert sentence_for(trouble) == (
        "The database does not answer (connection refused): check DATABASE_URL, or start everything with ./run."
    )


def test_serving_without_a_database_ends_in_one_line() -> None:
    answer = crossdesk("serve", DATABASE_URL="postgresql://crossdesk_app@127.0.0.1:1/crossdesk")
    assert answer.returncode == 1
    assert answer.stderr.startswith("The database does not answer")
    assert answer.stderr.count("\n") == 1


def test_a_login_that_may_not_is_told_which_one_may() -> None:
    trouble = ProgrammingError("wrapped")
    trouble.__cause__ = psycopg.errors.InsufficientPrivilege("permission denied for schema public\nLINE 1")
    sentence = sentence_for(trouble)
    assert sentence
    assert "(permission denied for schema public): CROSSDESK_OWNER_URL signs in as crossdesk_owner" in sentence


def test_an_address_nobody_can_read_is_told_how_to_write_it() -> None:
    answer = crossdesk("migrate", DATABASE_URL="localhost")
    assert answer.returncode == 1
    assert "write it as postgresql://login:password@host/crossdesk" in answer.stderr


def test_a_port_in_use_names_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} is used by another program: choose another with --port"):
            require_free("127.0.0.1", port)


def test_a_host_that_is_not_ours_says_so() -> None:
    with pytest.raises(Refused, match="is not an address of this machine"):
        require_free("no-such-host.invalid", 8000)
