from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from imap_tools import AND, MailBoxUnencrypted

from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.letters.tests.corpus import letter, nested
from crossdesk.mailbox.imap import Account, Place, Polled, Unreachable, poll
from crossdesk.mailbox.tests.mail_host import mail_host
from crossdesk.mailbox.tests.test_listener import Shelf

RECEIVED = datetime(2026, 11, 2, 9, 16, tzinfo=UTC)
LATER = RECEIVED + timedelta(minutes=5)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with mail_host() as port:
        yield port


@pytest.fixture
def account(port: int) -> Account:
    account = Account("127.0.0.1", "desk", "demopass", port=port, folder="Letters", encrypted=False)
    with box(account, "INBOX") as inbox:
        for folder in ("Letters", "Kept"):
            if inbox.folder.exists(folder):
                inbox.folder.delete(folder)
            inbox.folder.create(folder)
    return account


def box(account: Account, folder: str = "Letters") -> MailBoxUnencrypted:
    mailbox = MailBoxUnencrypted(account.host, account.port)
    mailbox.login(account.user, account.password, folder)
    return mailbox


def put(account: Account, *contents: bytes) -> None:
    with box(account) as mailbox:
        for content in contents:
            mailbox.append(content, "Letters", dt=RECEIVED)


def unread(account: Account, folder: str = "Letters") -> int:
    with box(account, folder) as mailbox:
        return len(mailbox.uids(AND(seen=False)))


def polled(account: Account, shelf: Shelf, place: Place = Place()) -> Polled:  # noqa: B008
    return poll(account, shelf, place, clock=lambda: LATER)


def test_a_letter_is_kept_byte_for_byte_and_then_marked(account: Account) -> None:
    shelf, content = Shelf(), letter("Return-Path: <>", "Delivered-To: desk+x@crossdesk.example")
    put(account, content)
    result = polled(account, shelf)
    assert shelf.letters == [RawLetter(content, "", ("desk+x@crossdesk.example",), RECEIVED, Transport.IMAP)]
    assert result.kept == ("letter-1",)
    assert unread(account) == 0


def test_the_next_poll_brings_only_what_is_new(account: Account) -> None:
    shelf = Shelf()
    put(account, letter(Subject="One"))
    first = polled(account, shelf)
    assert polled(account, shelf, first.place).kept == ()
    put(account, letter(Subject="Two"))
    assert polled(account, shelf, first.place).kept == ("letter-2",)


def test_a_letter_somebody_has_read_is_not_lost(account: Account) -> None:
    put(account, letter())
    with box(account) as mailbox:
        mailbox.flag(mailbox.uids(), "\\Seen", True)
    assert polled(account, Shelf()).kept == ("letter-1",)


def test_a_letter_that_was_not_kept_stays_unread_and_is_offered_again(account: Account) -> None:
    shelf = Shelf()
    shelf.broken = True
    put(account, letter())
    failed = polled(account, shelf)
    assert "offered again" in failed.left[0]
    assert unread(account) == 1
    shelf.broken = False
    mended = polled(account, shelf, failed.place)
    assert mended.kept == ("letter-1",)
    assert mended.place.again == ()
    assert unread(account) == 0


def test_when_nothing_can_be_kept_the_rest_waits(account: Account) -> None:
    shelf = Shelf()
    shelf.broken = True
    put(account, *[letter(Subject=str(number)) for number in range(5)])
    failed = polled(account, shelf)
    assert len(failed.left) == 3
    shelf.broken = False
    assert len(polled(account, shelf, failed.place).kept) == 5


def test_kept_letters_can_move_to_a_folder(account: Account) -> None:
    moving = Account(**(account.__dict__ | {"kept_folder": "Kept"}))
    put(account, letter())
    polled(moving, Shelf())
    assert (unread(account), unread(account, "Kept")) == (0, 1)


def test_a_folder_numbered_anew_is_read_from_its_start(account: Account) -> None:
    put(account, letter(Subject="One"))
    first = polled(account, Shelf())
    with box(account, "INBOX") as inbox:
        inbox.folder.delete("Letters")
        inbox.folder.create("Letters")
    put(account, letter(Subject="One"))
    again = polled(account, Shelf(), first.place)
    assert again.kept == ("letter-1",)
    assert again.place.numbering != first.place.numbering


def test_a_letter_too_large_stays_and_is_named(account: Account) -> None:
    put(account, letter(body="a" * 5_000), letter())
    result = poll(account, Shelf(), Place(), clock=lambda: LATER, largest=4_000)
    assert len(result.kept) == 1
    assert "a person has to read it" in result.left[0]


def test_a_hostile_letter_does_not_stop_the_next(account: Account) -> None:
    put(account, nested(300), letter("X-Nul: a"))
    assert len(polled(account, Shelf()).kept) == 2


def test_progress_is_remembered_after_every_letter(account: Account) -> None:
    put(account, letter(Subject="One"), letter(Subject="Two"))
    places: list[Place] = []
    result = poll(account, Shelf(), Place(), clock=lambda: LATER, remember=places.append)
    assert len(places) == 2
    assert places[-1] == result.place


def test_a_mailbox_that_cannot_be_read_says_what_to_check(account: Account) -> None:
    with pytest.raises(Unreachable, match="check its name and password"):
        polled(Account(**(account.__dict__ | {"password": "wrong"})), Shelf())
