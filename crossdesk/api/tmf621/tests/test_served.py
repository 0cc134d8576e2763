"""Over real connections to a real server: the guide for partners word for word, and the same number at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crossdesk.api.tmf621.tests.tool import TYPED, tool_of
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import cast
from crossdesk.threads.viewer import verbs

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "tmf621.md"


def commands() -> list[str]:
    """Every curl of the guide, in its order; a command goes on for as long as its quotes are open."""
    found: list[str] = []
    for line in GUIDE.read_text().splitlines():
        if line.startswith("    curl"):
            found.append(line.strip())
        elif found and found[-1].count("'") % 2:
            found[-1] += "\n" + line.strip()
    return found


def said(command: str, **known: str) -> Any:
    shell = ["sh", "-c", command]
    done = subprocess.run(shell, capture_output=True, check=True, timeout=60, env=os.environ | known)
    return json.loads(done.stdout)


def test_what_the_guide_says_works_and_the_same_number_at_once_is_one_ticket(served: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("needs curl: apt-get install curl")
    here = cast()
    token = tool_of(here.sycamore).token
    known = {"TOKEN": token, "SITE": served}
    create, by_number, pending, patch, cancel, hub = commands()
    ticket = said(create, **known)
    assert ticket["status"] == "acknowledged"
    assert [each["id"] for each in said(by_number, **known)] == [ticket["id"]]
    assert said(pending, **known) == []
    assert said(patch, **known, ID=ticket["id"])["severity"] == "Critical"
    assert said(cancel, **known, ID=ticket["id"])["status"] == "cancelled"
    assert "desk.partner.example is not known" in said(hub, **known)["message"]
    at_once = json.dumps(TYPED | {"externalIdentifier": [{"@type": "ExternalIdentifier", "id": "INC-7"}]})
    again = create[: create.index(" -d ")] + ' -d "$BODY"'
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: said(again, **known, BODY=at_once), range(6)))
    assert len({each["id"] for each in made}) == 1
    with verbs():
        assert Case.objects.count() == 2
