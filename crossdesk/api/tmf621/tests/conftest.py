from __future__ import annotations

import pytest

from crossdesk.api.tmf621.tests.tool import Tool, tool_of
from crossdesk.cases.tests.cast import Cast, cast


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def tool(here: Cast) -> Tool:
    """Sycamore's, on v5; a test that is about shapes asks for `faced`."""
    return tool_of(here.sycamore, "v5")


@pytest.fixture(params=["v4", "v5"])
def faced(request: pytest.FixtureRequest, here: Cast) -> Tool:
    return tool_of(here.sycamore, request.param)


@pytest.fixture
def settings_of_rates(settings: pytest.FixtureRequest) -> None:
    """Generated requests come faster than any partner's."""
    settings.API_RATE = 1_000_000  # type: ignore[attr-defined]
