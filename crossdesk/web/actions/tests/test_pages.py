"""Actions that one's party owes or is owed, on one page, in the queue and beside one's cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from crossdesk.cases.tests.cast import Cast
from crossdesk.kit.time import now
from crossdesk.problems import analysing
from crossdesk.problems.tests.conftest import DAY, shared
from crossdesk.threads.viewer import Viewer

Browser = Callable[[Viewer], Client]


def test_an_action_is_seen_moved_and_withdrawn_by_whom_it_concerns(here: Cast, browser: Browser) -> None:
    it = shared(here)
    it.analysed()
    owed: dict[str, Any] = {"part": it.part(here.gwen), "owner": "Ruth Amari", "due_at": now() + DAY}
    analysing.give_action(it.problem, "Watch each load", **owed, by=here.nia, at=now())

    def text(who: Viewer, page: str = "/actions/") -> str:
        return browser(who).get(page).content.decode()

    ours = text(here.gwen)
    assert [each in ours for each in ("Watch each load", "Ruth Amari", "23 h", str(it.problem))] == [True] * 4
    assert "Owed to your desk" in text(here.nia)
    assert "Watch each load" in text(here.nia)
    assert "Watch each load" not in text(here.hal)
    assert "Nothing is owed." in text(here.hal)
    assert "Actions we owe" in text(here.gwen, "/queue/")
    assert "owes 1 action of problems and reviews" in text(here.gwen, "/cases/")
    page = f"/problems/{it.problem}/"
    assert [each in text(here.gwen, page) for each in ("23 h", "completion", "/due")] == [True, True, False]
    desk = browser(here.nia)
    assert desk.post(f"{page}actions/1/due", {"due_at": "2099-01-31T17:00", "why": "The release moved."}).url == page  # type: ignore[attr-defined]
    assert "Due time moved, do an action" in desk.get(page).content.decode()
    assert desk.post(f"{page}actions/1/withdrawal", {"why": "Done by another."}).status_code == 302
    assert "Withdrawn" in desk.get(page).content.decode()
    assert "Watch each load" not in text(here.gwen)
