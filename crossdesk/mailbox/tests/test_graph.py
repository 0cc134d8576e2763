from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from crossdesk.exchange.letters.raw import RawLetter, Transport
from crossdesk.exchange.letters.tests.corpus import letter
from crossdesk.exchange.models import ReadUpTo
from crossdesk.mailbox.grants import Grant
from crossdesk.mailbox.graph import PREFER, GraphAccount, GraphPlace, GraphPolled, poll_graph
from crossdesk.mailbox.imap import Account, Unreachable
from crossdesk.mailbox.polling import GraphPolling, Polling
from crossdesk.mailbox.tests.graph_host import CLIENT, MAILBOX, SCOPE, SECRET, GraphHost, graph_host
from crossdesk.mailbox.tests.mail_host import TOKEN, mail_host
from crossdesk.mailbox.tests.test_listener import Shelf
from crossdesk.threads.viewer import verbs

RECEIVED = datetime(2026, 11, 2, 9, 16, tzinfo=UTC)
LATER = RECEIVED + timedelta(minutes=5)


@pytest.fixture(scope="module")
def far() -> Iterator[GraphHost]:
    with graph_host() as host:
        yield host


@pytest.fixture
def host(far: GraphHost) -> GraphHost:
    fresh = GraphHost(address=far.address)
    far.__dict__.update(fresh.__dict__)
    return far


@pytest.fixture
def account(host: GraphHost, tmp_path: Path) -> GraphAccount:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    grant = Grant(f"{host.address}/tenant/oauth2/v2.0/token", CLIENT, str(tmp_path / "secret"), SCOPE)
    return GraphAccount(MAILBOX, grant, f"{host.address}/v1.0")


def polled(account: GraphAccount, shelf: Shelf, place: GraphPlace = GraphPlace(), **more: int) -> GraphPolled:  # noqa: B008
    return poll_graph(account, shelf, place, clock=lambda: LATER, **more)  # type: ignore[arg-type]


def test_a_letter_is_kept_byte_for_byte_and_then_marked(host: GraphHost, account: GraphAccount) -> None:
    content = letter("Return-Path: <>", "Delivered-To: desk+x@crossdesk.example")
    item, shelf = host.put(content, RECEIVED), Shelf()
    polled(account, shelf)
    assert shelf.letters == [RawLetter(content, "", ("desk+x@crossdesk.example",), RECEIVED, Transport.GRAPH)]
    assert item.read


def test_the_next_look_brings_only_what_is_new_over_many_pages(host: GraphHost, account: GraphAccount) -> None:
    for number in range(120):
        host.put(letter(Subject=f"{number}"), RECEIVED)
    shelf = Shelf()
    place = polled(account, shelf).place
    assert len(shelf.letters) == 120
    assert polled(account, shelf, place).kept == ()
    host.put(letter(Subject="new"), RECEIVED)
    assert len(polled(account, shelf, place).kept) == 1


def test_a_letter_moved_by_a_person_before_it_was_fetched_is_found(host: GraphHost, account: GraphAccount) -> None:
    item, shelf = host.put(letter(), RECEIVED), Shelf()
    shelf.broken = True
    place = polled(account, shelf).place
    assert place.again == (item.immutable,)
    host.move(item, "kept")
    shelf.broken = False
    after = polled(account, shelf, place)
    assert (len(after.kept), after.place.again) == (1, ())


def test_kept_letters_can_move_to_a_folder(host: GraphHost, account: GraphAccount) -> None:
    item = host.put(letter(), RECEIVED)
    moving = GraphAccount(MAILBOX, account.grant, account.base, kept_folder="kept")
    place = polled(moving, Shelf()).place
    assert item.folder == "kept"
    assert polled(moving, Shelf(), place).kept == ()


def test_a_place_that_ended_begins_anew(host: GraphHost, account: GraphAccount) -> None:
    host.put(letter(), RECEIVED)
    shelf = Shelf()
    place = polled(account, shelf).place
    host.ended.add(place.link.rpartition("=")[2])
    assert len(polled(account, shelf, place).kept) == 1


def test_one_bad_letter_and_one_too_large_do_not_stop_the_rest(host: GraphHost, account: GraphAccount) -> None:
    bad = host.put(letter(Subject="bad"), RECEIVED)
    host.broken.add(bad.immutable)
    host.put(letter(body="a" * 5_000), RECEIVED)
    host.put(letter(Subject="good"), RECEIVED)
    result = polled(account, Shelf(), largest=4_000)
    assert (len(result.kept), result.place.again) == (1, (bad.immutable,))
    assert len(result.left) == 2


def test_a_token_that_ended_is_asked_for_anew(host: GraphHost, account: GraphAccount) -> None:
    polled(account, Shelf())
    host.tokens.clear()
    with pytest.raises(Unreachable, match="asked for anew"):
        polled(account, Shelf())
    polled(account, Shelf())
    assert host.granted == 2


@pytest.mark.parametrize(("name", "words"), [("secret", "check the client"), ("folder", "no folder")])
def test_what_is_set_wrong_is_said(host: GraphHost, account: GraphAccount, name: str, words: str) -> None:
    if name == "secret":
        Path(account.grant.secret_file).write_text("another")
    wrong = GraphAccount(MAILBOX, account.grant, account.base, folder="inbox" if name == "secret" else "nowhere")
    with pytest.raises(Unreachable, match=words):
        polled(wrong, Shelf())


def test_our_token_is_sent_to_no_other_server(host: GraphHost, account: GraphAccount) -> None:
    host.elsewhere = "https://graph.elsewhere.example"
    with pytest.raises(Unreachable, match="another server"):
        polled(account, Shelf())


@pytest.mark.django_db
def test_a_busy_service_is_asked_again_no_sooner_than_it_says(host: GraphHost, account: GraphAccount) -> None:
    host.put(letter(), RECEIVED)
    host.busy = 1
    moment, shelf = [LATER], Shelf()
    looking = GraphPolling(shelf, lambda: moment[0], timedelta(minutes=1), account)
    looking.look()
    assert looking.not_before == LATER + timedelta(seconds=300)
    moment[0] += timedelta(seconds=300)
    looking.look()
    with verbs():
        kept = ReadUpTo.objects.get()
    assert (len(shelf.letters), kept.trouble, "deltatoken" in kept.place["link"]) == (1, "", True)


@pytest.mark.django_db
def test_imap_signs_in_with_a_token_it_asks_for_itself(host: GraphHost, account: GraphAccount) -> None:
    with mail_host() as port:
        box = Account("127.0.0.1", "desk", port=port, encrypted=False)
        looking = Polling(Shelf(), lambda: LATER, timedelta(minutes=1), box, grant=_Fixed(account.grant))
        looking.look()
    assert looking.failed == 0


class _Fixed(Grant):
    """The mail server of the stories knows one token; it is given out once ours asked for one."""

    def __init__(self, grant: Grant) -> None:
        super().__init__(grant.url, grant.client_id, grant.secret_file, grant.scope)

    def token(self, at: datetime) -> str:
        assert super().token(at)
        return TOKEN


def test_the_far_side_is_as_documented(host: GraphHost, account: GraphAccount) -> None:
    """Usual ids change with a move and immutable ones do not; pages hold ten; without a token nothing is told."""
    for number in range(11):
        host.put(letter(Subject=f"{number}"), RECEIVED)
    assert httpx.get(account.beginning).status_code == 401
    bearer = {"Authorization": f"Bearer {account.grant.token(LATER)}"}
    first = httpx.get(account.beginning, headers=bearer).json()
    assert (len(first["value"]), "@odata.nextLink" in first, "@odata.deltaLink" in first) == (10, True, False)
    lasting = httpx.get(account.beginning, headers=bearer | {"Prefer": PREFER}).json()["value"][0]["id"]
    usual = first["value"][0]["id"]
    host.move(host.items[0], "kept")
    fetched = [httpx.get(f"{account.messages}/{each}/$value", headers=bearer).status_code for each in (usual, lasting)]
    assert fetched == [404, 200]
