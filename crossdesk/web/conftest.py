from collections.abc import Callable

import pytest
from django.test import Client

from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


@pytest.fixture
def browser() -> Callable[[Viewer], Client]:
    """A browser in which this viewer has signed in."""

    def signed_in(viewer: Viewer) -> Client:
        assert viewer.person is not None
        client = Client(SERVER_NAME="localhost")
        client.force_login(
            Person.objects.get(pk=viewer.person), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return signed_in
