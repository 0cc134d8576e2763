from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from crossdesk.access import Role
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.known_errors import publishing, writing
from crossdesk.known_errors.models import KnownError
from crossdesk.known_errors.writing import Description
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer

SAID = Description(
    title="Confirmations of IF-036 are missing after the overnight load",
    symptoms="No message comes back, and the sender is told nothing.",
    workaround="Send the message again after 06:00.",
    systems=("dip",),
    interfaces=("IF-036",),
    codes=("REG0000",),
    words="appointment never confirmed",
    references=("batch-20261124-7",),
)


@dataclass(frozen=True)
class Known:
    """Elexon's desk with its manager, and a known error it began."""

    here: Cast
    mo: Viewer
    error: KnownError

    def published(self, to: str = "everyone", *parties: Party) -> KnownError:
        publishing.publish(self.error, to=to, parties=parties, by=self.mo, at=NOON)
        return self.error

    def another(self, **said: Any) -> KnownError:
        return writing.begin(replace(SAID, **said), desk=self.here.elexon_desk, by=self.here.nia, at=NOON)


def known(here: Cast) -> Known:
    mo = somebody("Mo Karim", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    return Known(here, mo, writing.begin(SAID, desk=here.elexon_desk, by=here.nia, at=NOON))


@pytest.fixture
def it(db: None) -> Known:
    return known(cast())
