from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.exchange.tests.post_office import PostOffice, post_office


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """The mail server that our letters leave by."""
    with post_office() as office, override_settings(SMTP_URL=office.url):
        yield office
