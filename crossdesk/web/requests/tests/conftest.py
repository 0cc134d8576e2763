from __future__ import annotations

import pytest

from crossdesk.cases.tests.cast import Cast
from crossdesk.requests.tests.conftest import Asking, asked


@pytest.fixture
def it(here: Cast) -> Asking:
    return asked(here)
