"""What leaves by machine: in its order, tried again, stopped and mended, each with a fate that a person can act on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.cases import leg_work
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import LegStage
from crossdesk.cases.tests.cast import NOON, Cast, somebody
from crossdesk.exchange import lines, settling
from crossdesk.exchange.lines import Line
from crossdesk.exchange.messages.message import Kind
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.outgoing import is_public, why_not_callable
from crossdesk.exchange.sending import LEASE, send_again, send_due
from crossdesk.exchange.tests.far_side import FarSide, far_side, line_to
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
State = OutboxItem.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def far() -> Iterator[FarSide]:
    with far_side() as side, override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        yield side


def send(after: timedelta = timedelta()) -> int:
    return send_due(lambda: NOON + after)


def items() -> list[OutboxItem]:
    with verbs():
        return list(OutboxItem.objects.order_by("pk"))


def leg_of(leg: Leg) -> Leg:
    with verbs():
        return Leg.objects.select_related("case", "from_desk", "to_desk").get(pk=leg.pk)


def line_now(line: Line) -> Line:
    with verbs():
        return Line.objects.get(pk=line.pk)


def test_an_engagement_leaves_by_machine_instead_of_as_a_letter(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    leg = engaged(here)
    assert send() == 1
    (said,) = far.heard
    assert (said.kind, said.seq, said.our_number) == (Kind.RAISE, 1, leg.case.reference)
    assert said.about is not None
    assert said.about.outside_because == "Our platform delivered every message."
    assert "Appointments cannot be confirmed" not in far.bodies[0].decode()  # it was not ticked for them
    assert far.bearers == ["secret"]
    assert leg_of(leg).stage == LegStage.DELIVERED


def test_one_leg_keeps_its_order_and_no_other_waits_for_it(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    slow = engaged(here)
    leg_work.update(slow, by=here.nia, at=NOON, words="Second.")
    far.answers.append((503, {"Retry-After": "120"}, b"busy"))
    assert send() == 0
    quick = engaged(here, here.case("Another"))
    assert send() == 1
    assert [each.link for each in far.heard[1:]] == [_token(quick)]
    assert [item.state for item in items()[:2]] == [State.FAILED, State.WAITING]
    assert send(2 * MINUTE - timedelta(seconds=1)) == 0  # as long as they asked for
    assert send(3 * MINUTE) == 2
    mine = [each for each in far.heard if each.link == _token(slow)]
    assert [(each.seq, each.after) for each in mine[1:]] == [(1, 0), (2, 1)]
    assert mine[0].id == mine[1].id  # the same message under the same id


def _token(leg: Leg) -> str:
    with verbs():
        return Leg.objects.get(pk=leg.pk).link.token


def test_lanes_leave_side_by_side_once_the_line_has_answered(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    for name in ("First", "Second", "Third", "Fourth"):
        engaged(here, here.case(name))
    far.together = threading.Barrier(3)
    assert send() == 4


def test_a_line_that_has_not_answered_is_tried_by_one_message(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "stale")
    for name in ("First", "Second", "Third"):
        engaged(here, here.case(name))
    far.answers.append((401, {}, b"no"))
    assert send() == 0
    assert far.bearers == ["stale"]
    assert [item.attempts for item in items()] == [1, 0, 0]


def test_what_cannot_be_written_holds_up_nobody_else(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    engaged(here)
    with verbs():
        OutboxItem.objects.update(kind="nonsense")
    engaged(here, here.case("Another"))
    assert send() == 1
    unwritten, _ = items()
    assert (unwritten.state, unwritten.last_error) == (State.FAILED, "It cannot be written (ValueError).")


def test_what_is_refused_for_good_waits_for_a_person_and_so_does_what_follows(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    leg = engaged(here)
    leg_work.update(leg, by=here.nia, at=NOON, words="Second.")
    far.answers.append((422, {}, b'{"detail": "Name the desk."}'))
    send()
    dead, waiting = items()
    assert (dead.state, waiting.state) == (State.DEAD, State.WAITING)
    assert "Name the desk." in dead.last_error
    assert leg_of(leg).undeliverable
    assert send(10 * MINUTE) == 0
    with pytest.raises(NotAllowed):
        settling.settle(dead, why="Telephone.", by=here.gwen, at=NOON)
    with pytest.raises(Invalid):
        settling.settle(dead, why=" ", by=here.nia, at=NOON)
    settling.settle(dead, why="Told them by telephone.", by=here.nia, at=NOON)
    assert send(10 * MINUTE) == 1
    assert [each.seq for each in far.heard] == [1, 2]


def test_the_same_message_is_sent_again_after_they_mended_it(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    engaged(here)
    far.answers.append((400, {}, b"no"))
    send()
    send_again(items()[0], by=here.nia, at=NOON)
    assert send() == 1
    assert far.bodies[0] == far.bodies[1]


def test_a_dead_message_goes_as_a_letter_instead(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    engaged(here)
    far.answers.append((400, {}, b"no"))
    send()
    letter = settling.send_by_mail(items()[0], by=here.nia, at=NOON)
    assert (letter.kind, letter.to_address, letter.link) == ("engage", "service@pennine.example", None)
    assert items()[0].state == State.STOPPED


def test_a_refused_credential_pauses_the_line_and_is_told_once(here: Cast, far: FarSide) -> None:
    line = line_to(here, far.url, "old", "new")
    leg, other = engaged(here), engaged(here, here.case("Another"))
    far.answers.extend([(401, {}, b"who?")] * 2)
    assert send() == 0
    assert far.bearers == ["new", "old"]  # both that are live were tried
    assert line_now(line).paused_at == NOON
    assert send(30 * MINUTE) == 0
    assert len(far.bodies) == 2  # nothing is said on a paused line
    with verbs():
        told = Entry.objects.filter(kind="leg.bounce")
        assert told.filter(thread=leg.case.pk).count() == told.filter(thread=other.case.pk).count() == 1
        old = line.keys.earliest("kept_at")
        administrator = somebody("Keeper", here.elexon, Role.ADMINISTRATOR)
        with pytest.raises(Invalid, match="retire the older"):
            lines.keep_key(line, "third", "mended", by=administrator, at=NOON)
        lines.retire_key(old, by=administrator, at=NOON)
        lines.keep_key(line, "third", "mended", by=administrator, at=NOON + MINUTE)
    assert send(2 * MINUTE) == 2
    assert far.bearers[2:] == ["mended", "mended"]


def test_a_server_that_is_down_rests_and_is_not_asked_for_every_message(here: Cast) -> None:
    with far_side() as gone:
        address = gone.url
    line = line_to(here, address, "secret")
    for number in range(8):
        engaged(here, here.case(f"Case {number}"))
    with override_settings(EXCHANGE_INSIDE=frozenset({"127.0.0.1"})):
        assert send() == 0
    assert line_now(line).failures == lines.REST_AFTER
    assert "cannot be reached" in line_now(line).trouble
    assert all(item.state in OutboxItem.UNSENT for item in items())


def test_whoever_claimed_it_and_stopped_leaves_it_to_the_next(here: Cast, far: FarSide) -> None:
    line_to(here, far.url, "secret")
    engaged(here)
    with verbs():
        OutboxItem.objects.update(leased_until=NOON + LEASE, next_try_at=NOON + LEASE, attempts=1)
    assert send() == 0
    assert send(LEASE + timedelta(seconds=1)) == 1


def test_a_private_address_is_never_called(here: Cast) -> None:
    line_to(here, "http://127.0.0.1:9", "secret")
    engaged(here)
    send()
    assert items()[0].state == State.DEAD
    assert "private network" in items()[0].last_error


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False), ("169.254.169.254", False), ("::1", False), ("::ffff:10.0.0.1", False),
        ("fd00::1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False), ("100.64.0.1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_which_addresses_are_outside(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("url", ["ftp://a.example", "https://user:word@a.example/", "http://127.0.0.1/", "https://"])
def test_an_address_is_refused_where_it_is_given(url: str) -> None:
    assert why_not_callable(url)


def test_what_cannot_be_sent_holds_up_nobody_else(here: Cast, far: FarSide) -> None:
    """A credential that no header can carry."""
    line_to(here, far.url, "clé")
    engaged(here)
    assert send() == 0
    (item,) = items()
    assert (item.state, item.last_error) == (State.FAILED, "It cannot be sent (UnicodeEncodeError).")
