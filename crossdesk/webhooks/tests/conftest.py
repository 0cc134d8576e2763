from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.webhooks.tests.receiver import Receiver, receiving


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as found:
        settings.EXCHANGE_INSIDE = [found.host]
        yield found
