"""Three parties with a key each."""

from __future__ import annotations

import pytest

from crossdesk.api.native.tests.speaking import Machine
from crossdesk.cases.tests.cast import Cast, cast


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def sycamore(here: Cast) -> Machine:
    return Machine(here.sycamore)


@pytest.fixture
def elexon(here: Cast) -> Machine:
    return Machine(here.elexon)


@pytest.fixture
def pennine(here: Cast) -> Machine:
    return Machine(here.pennine)
