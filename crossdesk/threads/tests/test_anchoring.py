"""Anchors: made once a day, blinded, signed, chained; and what an owner who rewrites history leaves behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from crossdesk.access import Invalid
from crossdesk.cases import writing
from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.proof.links import head_leaf
from crossdesk.proof.merkle import leaf_hash, root_from
from crossdesk.threads import keys
from crossdesk.threads.anchored import broken_anchors
from crossdesk.threads.anchoring import anchor, anchor_if_due, path_to
from crossdesk.threads.models import AnchoredHead, AnchorKey, ChainHead
from crossdesk.threads.viewer import Viewer, verbs, viewing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> Path:
    settings.ANCHOR_KEY = str(tmp_path / "anchor-key.pem")
    return tmp_path / "anchor-key.pem"


@pytest.fixture
def here() -> Cast:
    return cast()


def anchors_of(viewer: Viewer, thread: Any) -> list[tuple[Any, ...]]:
    with viewing(viewer), connection.cursor() as cursor:
        cursor.execute("select * from chain_anchors(%s)", [thread])
        return list(cursor.fetchall())


def test_a_day_is_anchored_once_and_the_next_follows_from_it(here: Cast) -> None:
    here.case()
    first, again = anchor(NOON), anchor(NOON + timedelta(hours=3))
    here.case()
    second = anchor(NOON + DAY)
    assert (first.pk, again.pk, second.pk) == (1, 1, 2)
    assert bytes(second.previous).hex() == first.statement.digest()
    with verbs():
        assert list(broken_anchors()) == []


def test_only_chains_that_moved_are_in_the_next_tree(here: Cast) -> None:
    case = here.case()
    here.case()
    anchor(NOON)
    writing.write(case, to="raiser", words="one more", by=here.nia, at=NOON)
    anchor(NOON + DAY)
    with verbs():
        assert list(AnchoredHead.objects.filter(anchor=2).values_list("length", flat=True)) == [3]
        assert not ChainHead.objects.filter(waiting=True).exists()


def test_a_quiet_day_and_a_busy_one_look_the_same(here: Cast) -> None:
    quiet = anchor(NOON)
    for _ in range(5):
        here.case()
    busy = anchor(NOON + DAY)
    assert quiet.depth == busy.depth == 12


def test_a_leaf_leads_to_the_root(here: Cast) -> None:
    case = here.case()
    made = anchor(NOON)
    [(audience, of, length, number, slot, blind)] = anchors_of(here.priya, case.pk)
    with verbs():
        head = ChainHead.objects.get(thread=case.pk)
        path = path_to(number, slot)
    leaf = leaf_hash(head_leaf(bytes(blind), str(case.pk), audience, of, length, bytes(head.digest)))
    assert root_from(leaf, slot, path) == bytes(made.root)


def test_a_competitor_is_given_no_blind(here: Cast) -> None:
    case = here.case()
    anchor(NOON)
    assert anchors_of(here.hal, case.pk) == []
    for table in ("threads_anchoredhead", "threads_anchorsecret"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            viewing(here.hal),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"select * from {table}")


@pytest.mark.parametrize(
    "table", ["threads_anchor", "threads_anchorkey", "threads_anchorsecret", "threads_anchoredhead"]
)
def test_an_anchor_is_final_for_the_application(here: Cast, table: str) -> None:
    here.case()
    anchor(NOON)
    with pytest.raises(ProgrammingError, match="permission denied"), verbs(), connection.cursor() as cursor:
        cursor.execute(f"delete from {table}")


@pytest.mark.parametrize(
    "function", ["disclose_entries('{1}', '{1}')", "erase_entry_body(1, 1)", "chain_digests(gen_random_uuid())"]
)
def test_the_login_itself_may_call_none_of_our_functions(function: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"select {function}")


def test_the_hour_is_londons(here: Cast) -> None:
    before, after = NOON.replace(hour=2, minute=59), NOON.replace(hour=3)
    assert anchor_if_due(before) is None
    made = anchor_if_due(after)
    assert made is not None
    assert made.day == NOON.date()


def test_days_without_a_worker_are_caught_up_by_the_next(here: Cast) -> None:
    here.case()
    anchor(NOON)
    here.case()
    later = anchor_if_due(NOON + 9 * DAY)
    assert later is not None
    assert (later.number, later.day) == (2, (NOON + 9 * DAY).date())


def test_another_key_is_refused_and_not_adopted(here: Cast, key_file: Path) -> None:
    anchor(NOON)
    key_file.unlink()
    with pytest.raises(Invalid, match="is not at"):
        anchor(NOON + DAY)
    keys._make(key_file)
    with pytest.raises(Invalid, match="does not hold the key in force"):
        anchor(NOON + DAY)


def test_a_new_key_is_vouched_for_by_the_old(here: Cast, key_file: Path) -> None:
    anchor(NOON)
    with verbs():
        old, new = AnchorKey.objects.get(), keys.rotate(NOON)
        keys.finish_rotation()
    made = anchor(NOON + DAY)
    assert (new.endorsed_by, made.key.pk) == (old.fingerprint, new.pk)
    assert not key_file.with_name("anchor-key.pem.next").exists()
    assert key_file.stat().st_mode & 0o777 == 0o600
    with verbs():
        assert list(broken_anchors()) == []


def test_a_lost_key_is_followed_by_one_that_stands_alone(here: Cast, key_file: Path) -> None:
    anchor(NOON)
    key_file.unlink()
    with verbs():
        assert keys.rotate(NOON, lost=True).endorsed_by == ""
    anchor(NOON + DAY)
    with verbs():
        assert list(broken_anchors()) == []


def test_what_the_page_is_told_of_the_last_anchor(here: Cast) -> None:
    case = here.case()
    anchor(NOON)
    writing.write(case, to="internal", words="ours", by=here.nia, at=NOON)
    told = {}
    for viewer in (here.nia, here.priya, here.hal):
        with viewing(viewer), connection.cursor() as cursor:
            cursor.execute("select waiting from last_anchored(%s)", [case.pk])
            told[viewer.name] = cursor.fetchone()[0]
    assert told == {"Nia Bevan": 1, "Priya Nair": 0, "Hal Reed": 0}
