from pathlib import Path

from crossdesk.cases.lifecycle import MOVES, Stage
from crossdesk.commands.draw import PAGE, diagram, page

ROOT = Path(__file__).resolve().parents[3]


def test_the_drawing_is_current() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(), "run crossdesk draw and commit docs/lifecycles.md"


def test_every_move_to_another_stage_is_an_arrow() -> None:
    drawn = diagram(MOVES, Stage)
    assert "    triage --> closed: redirect, mark duplicate" in drawn
    assert "    closed --> triage: reopen" in drawn
