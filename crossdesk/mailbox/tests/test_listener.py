import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.mailbox.listener import MOST_GUESTS, Listener
from crossdesk.mailbox.sink import sink

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ADA, DESK = "ada@northgrid.example", "desk@crossdesk.example"
LETTER = b"From: ada@northgrid.example\r\nSubject: Readings\r\n\r\n.A line that begins with a dot\r\n"


class Shelf:
    """A store that can be told to fail."""

    def __init__(self) -> None:
        self.letters: list[RawLetter] = []
        self.broken = False

    def __call__(self, letter: RawLetter) -> str:
        if self.broken:
            raise RuntimeError("the words of the letter")
        self.letters.append(letter)
        return f"letter-{len(self.letters)}"


def listener(shelf: Shelf, transport: Transport = Transport.SMTP) -> Listener:
    return Listener(
        shelf,
        clock=lambda: NOON,
        takes=lambda address: address.lower().endswith("@crossdesk.example"),
        transport=transport,
        largest=100_000,
    )


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def door(shelf: Shelf) -> Iterator[Listener]:
    with listener(shelf) as open_door:
        yield open_door


def client(door: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", door.port, local_hostname="mx.northgrid.example", timeout=10)


def test_a_letter_is_kept_byte_for_byte_with_its_envelope(door: Listener, shelf: Shelf) -> None:
    with client(door) as smtp:
        smtp.sendmail("bounces+x@northgrid.example", [DESK], LETTER)
    kept = RawLetter(LETTER, "bounces+x@northgrid.example", (DESK,), NOON, Transport.SMTP)
    assert shelf.letters == [kept]


def test_a_null_path_is_kept_as_one(door: Listener, shelf: Shelf) -> None:
    with client(door) as smtp:
        smtp.sendmail("", [DESK], LETTER)
    assert shelf.letters[0].envelope_from == ""


def test_a_letter_that_was_not_kept_is_asked_for_again(door: Listener, shelf: Shelf) -> None:
    shelf.broken = True
    with client(door) as smtp, pytest.raises(smtplib.SMTPDataError) as refusal:
        smtp.sendmail(ADA, [DESK], LETTER)
    assert refusal.value.smtp_code == 451
    assert b"words of the letter" not in refusal.value.smtp_error


def test_250_comes_only_after_the_letter_is_kept(shelf: Shelf) -> None:
    may_keep = threading.Event()

    def slow(letter: RawLetter) -> str:
        may_keep.wait(10)
        return shelf(letter)

    with sink(slow, clock=lambda: NOON) as door, client(door) as smtp:
        smtp.ehlo()
        smtp.mail(ADA)
        smtp.rcpt(DESK)
        smtp.docmd("DATA")
        smtp.send(LETTER + b".\r\n")
        assert smtp.sock is not None
        smtp.sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            smtp.sock.recv(100)
        may_keep.set()
        smtp.sock.settimeout(10)
        assert smtp.sock.recv(100).startswith(b"250 ")
    assert len(shelf.letters) == 1


def test_a_letter_announced_as_too_large_is_refused_at_once(door: Listener) -> None:
    with client(door) as smtp:
        smtp.ehlo()
        assert smtp.mail(ADA, ["size=200000"])[0] == 552


def test_a_letter_that_proves_too_large_is_refused(door: Listener, shelf: Shelf) -> None:
    with client(door) as smtp:
        smtp.ehlo()
        smtp.mail(ADA)
        smtp.rcpt(DESK)
        assert smtp.data(LETTER + b"more\r\n" * 20_000)[0] == 552
    assert shelf.letters == []


def test_a_line_that_never_ends_is_cut_off(door: Listener, shelf: Shelf) -> None:
    with client(door) as smtp:
        smtp.ehlo()
        smtp.mail(ADA)
        smtp.rcpt(DESK)
        smtp.docmd("DATA")
        with pytest.raises((OSError, smtplib.SMTPServerDisconnected)):  # noqa: PT012
            for _ in range(200):
                smtp.send(b"a" * 65_536)
            smtp.getreply()
            smtp.noop()
    assert shelf.letters == []


def test_other_peoples_mail_is_not_taken(door: Listener) -> None:
    with client(door) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail(ADA, ["somebody@elsewhere.example"], LETTER)


def test_recipients_are_counted(door: Listener) -> None:
    with client(door) as smtp:
        smtp.ehlo()
        smtp.mail(ADA)
        codes = [smtp.rcpt(f"desk+{number}@crossdesk.example")[0] for number in range(101)]
    assert (codes[0], codes[-1]) == (250, 452)


@pytest.mark.parametrize(
    "noise", [b"\0\xff\xfe\r\n" * 50, b"GET / HTTP/1.1\r\n\r\n", b"MAIL FROM:<" + b"a" * 5000 + b"\r\n", b""]
)
def test_noise_does_not_stop_the_next_guest(door: Listener, shelf: Shelf, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", door.port), 5) as guest:
        guest.sendall(noise)
    with client(door) as smtp:
        smtp.sendmail(ADA, [DESK], LETTER)
    assert len(shelf.letters) == 1


def test_guests_are_counted_and_one_who_leaves_makes_room(door: Listener) -> None:
    guests = [socket.create_connection(("127.0.0.1", door.port), 5) for _ in range(MOST_GUESTS)]
    greetings = {guest.recv(3) for guest in guests}
    assert greetings == {b"220"}
    with socket.create_connection(("127.0.0.1", door.port), 5) as one_more:
        assert one_more.recv(3) == b"421"
    for guest in guests:
        guest.sendall(b"QUIT\r\n")
        while guest.recv(1000):
            pass
        guest.close()
    with client(door) as smtp:
        assert smtp.noop()[0] == 250


def test_lmtp_answers_for_every_recipient(shelf: Shelf) -> None:
    with listener(shelf, Transport.LMTP) as door, smtplib.LMTP("127.0.0.1", door.port, local_hostname="mx") as lmtp:
        for size, code in ((1, 250), (30_000, 552)):
            lmtp.ehlo()
            lmtp.mail(ADA)
            lmtp.rcpt(DESK)
            lmtp.rcpt("desk+two@crossdesk.example")
            answers = [lmtp.data(LETTER + b"more\r\n" * size)[0], lmtp.getreply()[0]]
            assert answers == [code, code]
        assert lmtp.noop()[0] == 250
    assert [each.transport for each in shelf.letters] == [Transport.LMTP]


def test_the_sink_takes_every_address(shelf: Shelf) -> None:
    with sink(shelf, clock=lambda: NOON) as door, client(door) as smtp:
        smtp.sendmail(DESK, ["help@southgrid.example"], LETTER)
    assert shelf.letters[0].envelope_to == ("help@southgrid.example",)
