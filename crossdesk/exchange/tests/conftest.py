from __future__ import annotations

from collections.abc import Iterator

import pytest

from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.postgres.cluster import Cluster
from crossdesk.postgres.tests.own import own_postgres


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture(scope="session")
def killable(django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL that tests may kill, with one prepared database to copy."""
    with django_db_blocker.unblock(), own_postgres(tmp_path_factory.mktemp("killable")) as cluster:  # type: ignore[attr-defined]
        yield cluster
