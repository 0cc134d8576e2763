"""`crossdesk mailbox` as it runs, polling a real IMAP server."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from imap_tools import MailBoxUnencrypted

from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.tests.cast import NOON, cast
from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.models import RawMail, ReadUpTo
from crossdesk.exchange.receiving import process_waiting, store
from crossdesk.exchange.tests.post_office import DESK, LATER, engaged, written
from crossdesk.kit.tests.waiting import until
from crossdesk.mailbox.polling import LONGEST_WAIT, Polling, account_from
from crossdesk.mailbox.tests.mail_host import TOKEN, Line, mail_host
from crossdesk.threads.viewer import verbs


@pytest.fixture(scope="module")
def host() -> Iterator[int]:
    with mail_host() as port:
        yield port


@pytest.fixture
def folder(host: int) -> str:
    with signed_in(host) as box:
        if box.folder.exists("Letters"):
            box.folder.delete("Letters")
        box.folder.create("Letters")
    return "Letters"


def signed_in(host: int, folder: str = "INBOX") -> MailBoxUnencrypted:
    box = MailBoxUnencrypted("127.0.0.1", host)
    box.login("desk", "demopass", folder)
    return box


def put(host: int, content: bytes) -> None:
    with signed_in(host, "Letters") as box:
        box.append(content, "Letters", dt=LATER)


@contextmanager
def polling(
    environment: dict[str, str],
    free_port: Callable[[], int],
    log: Path,
    port: int,
    password: str = "demopass",
    **more: str,
) -> Iterator[subprocess.Popen[bytes]]:
    url = f"imap://desk:{password}@127.0.0.1:{port}/Letters"
    settings = {"CROSSDESK_IMAP_URL": url, "CROSSDESK_IMAP_EVERY": "0.3", "CROSSDESK_STATE": str(log.parent)}
    with log.open("ab") as kept:
        process = subprocess.Popen(
            [sys.executable, "-m", "crossdesk", "mailbox", "--port", str(free_port())],
            env=environment | settings | more,
            stdout=kept,
            stderr=kept,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def kept() -> int:
    with verbs():
        return RawMail.objects.count()


def trouble() -> str:
    with verbs():
        found = ReadUpTo.objects.first()
    return found.trouble if found else ""


def place() -> tuple[int, int]:
    with verbs():
        found = ReadUpTo.objects.first()
    return (found.numbering, found.last) if found else (0, 0)


def test_letters_are_filed_once_over_a_restart_a_cut_line_and_a_new_numbering(
    host: int, folder: str, environment: dict[str, str], free_port: Callable[[], int], tmp_path: Path
) -> None:
    leg = engaged(cast())
    first = written("service@pennine.example", DESK, f"Re: {leg.case.reference}", "We have it.").as_bytes()
    second = written("service@pennine.example", DESK, f"Re: {leg.case.reference}", "CUT HERE, then more.").as_bytes()
    log = tmp_path / "mailbox.log"
    put(host, first)
    with polling(environment, free_port, log, host):
        until(lambda: kept() == 1, "the first letter")
    with Line(host) as line:
        line.cut_after = b"CUT HERE"
        put(host, second)
        with polling(environment, free_port, log, line.port):
            until(lambda: line.cuts > 0, "the line is cut in the middle of a letter")
            assert kept() == 1
            line.cut_after = None
            until(lambda: kept() == 2, "the second letter, once the line holds")
    before = place()
    with signed_in(host) as box:
        box.folder.delete(folder)
        box.folder.create(folder)
    put(host, first)
    put(host, second)
    with polling(environment, free_port, log, host):
        until(lambda: place()[0] != before[0] and place()[1] > 1, "the folder is read again from its start")
    assert kept() == 2
    process_waiting(lambda: LATER)
    with verbs():
        assert set(RawMail.objects.values_list("fate", flat=True)) == {RawMail.Fate.FILED}
        assert Leg.objects.get(pk=leg.pk).stage == LegStage.ACKNOWLEDGED


def test_a_wrong_password_is_told_once_and_the_doctor_knows_until_it_is_mended(
    host: int, folder: str, environment: dict[str, str], free_port: Callable[[], int], tmp_path: Path
) -> None:
    cast()
    log, token = tmp_path / "mailbox.log", tmp_path / "token"
    with polling(environment, free_port, log, host, password="wrong"):
        until(lambda: b"does not let us in" in log.read_bytes(), "the trouble is told")
        until(lambda: "check its name and password" in trouble(), "the trouble is kept")
        asked = subprocess.run([sys.executable, "-m", "crossdesk", "doctor"], env=environment, capture_output=True)
        assert asked.returncode == 1
        assert b"mend  The mailbox of desk at 127.0.0.1 does not let us in" in asked.stdout
    said = log.read_bytes()
    assert said.count(b"does not let us in") == 1
    assert b"wrong" not in said
    token.write_text(TOKEN + "\n")
    put(host, written("someone@else.example", DESK, "Hello", "By token.").as_bytes())
    with polling(environment, free_port, log, host, CROSSDESK_IMAP_TOKEN_FILE=str(token)):
        until(lambda: kept() == 1, "the letter read with a token")
        until(lambda: trouble() == "", "the trouble is over")


@pytest.mark.django_db
def test_each_failure_waits_longer_and_a_success_ends_it(host: int, folder: str, tmp_path: Path) -> None:
    cast()
    token = tmp_path / "token"
    token.write_text("an old one")
    moment = [NOON]
    account = account_from(f"imap://desk:@127.0.0.1:{host}/Letters")
    looking = Polling(store_it, lambda: moment[0], timedelta(minutes=1), account, str(token))
    waits = []
    for _ in range(6):
        looking.look()
        assert looking.not_before
        waits.append(looking.not_before - moment[0])
        moment[0] = looking.not_before
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=2), LONGEST_WAIT)
    token.write_text(TOKEN)
    looking.look()
    assert (looking.failed, looking.not_before) == (0, None)


def store_it(letter: RawLetter) -> str:
    return store(letter)


def test_started_before_its_database_it_waits_for_it(
    environment: dict[str, str], free_ports: Callable[[int], tuple[int, ...]], tmp_path: Path
) -> None:
    place = urlsplit(environment["DATABASE_URL"])
    assert place.port
    database, door = free_ports(2)
    away = {"DATABASE_URL": environment["DATABASE_URL"].replace(f":{place.port}/", f":{database}/")}
    log = tmp_path / "mailbox.log"
    with polling(environment | away, lambda: door, log, port=1) as process:
        until(lambda: b"waiting for it" in log.read_bytes(), "it to notice")
        with Line(place.port, at=database):
            until(lambda: b"220 " in greeting(door), "its own door")
        assert process.poll() is None


def greeting(port: int) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(100)
    except OSError:
        return b""
