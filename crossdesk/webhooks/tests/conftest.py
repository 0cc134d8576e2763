from __future__ import annotations

import pytest

from crossdesk.cases.tests.cast import Cast, cast


@pytest.fixture
def here(db: None) -> Cast:
    return cast()
