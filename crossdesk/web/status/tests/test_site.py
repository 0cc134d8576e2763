"""The written site: what goes in, and when it is written again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from crossdesk.cases.tests.cast import NOON
from crossdesk.kit.time import in_full
from crossdesk.notices.tests.conftest import Incident, it
from crossdesk.proof.folder import check
from crossdesk.status.models import PublicSpell
from crossdesk.status.tests.test_board import HOUR, MARKS, over, published
from crossdesk.status.tests.test_maintenance import WINDOW, announced
from crossdesk.threads.viewer import verbs
from crossdesk.web.status.keeper import Keeper

__all__ = ["it"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def keeper(tmp_path: Path, settings: Any) -> Keeper:
    settings.ANCHOR_KEY = str(tmp_path / "key" / "anchor-key.pem")
    return Keeper(tmp_path / "www" / "status")


def everything(folder: Path) -> str:
    paths = sorted(each for each in folder.resolve().rglob("*") if each.suffix in {".html", ".json", ".atom", ".ics"})
    return "".join(each.read_text() for each in paths)


def test_what_the_public_was_told_goes_in_and_nothing_else(it: Incident, keeper: Keeper) -> None:
    published(it, "affected", "public")
    announced(it.here)
    keeper.write(NOON + HOUR)
    said = everything(keeper.folder)
    assert [mark for mark in MARKS if f"for {mark} and" in said] == ["public"]
    for party in ("Sycamore", "Pennine"):
        assert party not in said
    assert WINDOW.title in (keeper.folder / "maintenance.ics").read_text()
    assert (keeper.folder / "incidents" / f"{it.major.reference}.html").exists()
    told = json.loads((keeper.folder / "status.json").read_text())
    assert (told["state"], told["written_at"]) == ("major", f"{NOON + HOUR:%Y-%m-%dT%H:%M:%SZ}")
    assert check(keeper.folder).head.written_at == NOON + HOUR


def test_an_incident_the_public_was_not_told_of_is_nowhere(it: Incident, keeper: Keeper) -> None:
    published(it, "affected")
    keeper.write(NOON + HOUR)
    assert it.major.reference not in everything(keeper.folder)


def test_nothing_in_it_leads_to_an_absolute_address_or_to_a_script(it: Incident, keeper: Keeper) -> None:
    over(it)
    keeper.write(NOON + 6 * HOUR)
    for page in keeper.folder.resolve().rglob("*.html"):
        led = re.findall(r'(?:href|src)="([^"#]*)"', page.read_text())
        assert led
        assert [each for each in led if each.startswith(("/", "http"))] == []
        assert [each for each in led if each and not (page.parent / each).exists()] == []
        assert "<script" not in page.read_text()


def test_it_is_written_when_something_changed_and_every_few_minutes(it: Incident, keeper: Keeper) -> None:
    assert keeper.look(NOON)
    assert not keeper.look(NOON + MINUTE)
    published(it, "public", after=MINUTE)
    assert keeper.look(NOON + 2 * MINUTE)
    assert not keeper.look(NOON + 3 * MINUTE)
    assert keeper.look(NOON + 8 * MINUTE)
    assert not Keeper(keeper.folder).look(NOON + 8 * MINUTE)  # another worker of this machine


def test_every_page_says_when_it_was_written_and_when_it_is_too_old(it: Incident, keeper: Keeper) -> None:
    over(it)
    keeper.write(NOON + 6 * HOUR)
    for page in keeper.folder.resolve().rglob("*.html"):
        assert f"written on {in_full(NOON + 6 * HOUR)}" in page.read_text()
        assert f"later than {in_full(NOON + 6 * HOUR + 10 * MINUTE)}" in page.read_text()


def test_without_its_database_it_goes_on_saying_how_old_it_is(it: Incident, keeper: Keeper) -> None:
    published(it, "public")
    keeper.write(NOON)
    with ThreadPoolExecutor(1) as elsewhere, nobody_connects():
        looks = [elsewhere.submit(keeper.look, NOON + minutes * MINUTE).result() for minutes in (1, 12, 13)]
    assert looks == [False, True, False]
    page = (keeper.folder / "index.html").read_text()
    assert f"older than 12 m: since {in_full(NOON)} the desk has not answered" in page
    assert check(keeper.folder).head.written_at == NOON + 12 * MINUTE


@contextmanager
def nobody_connects() -> Iterator[None]:
    """Whoever has no connection yet finds the port closed."""
    kept = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = 1
    try:
        yield
    finally:
        connection.settings_dict["PORT"] = kept


def test_the_past_is_in_it_page_by_page(it: Incident, keeper: Keeper) -> None:
    with verbs():
        for number in range(225):
            at = NOON - timedelta(days=number)
            for state, since in (("major", at - HOUR), ("over", at)):
                PublicSpell.objects.create(incident=f"MI-{number:04}", system="css", state=state, since=since, until=at)
    keeper.write(NOON)
    pages = sorted(each.name for each in keeper.folder.resolve().glob("past*.html"))
    assert len(pages) == 10
    assert "MI-0199" in (keeper.folder / "past-10.html").read_text()
    assert "Older incidents are not in this copy" in (keeper.folder / "past-10.html").read_text()
    assert len(list((keeper.folder / "incidents").iterdir())) == 200
