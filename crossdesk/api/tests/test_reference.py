from typing import Any

import pytest
from django.test import Client

from crossdesk.api.native.described import description
from crossdesk.api.trouble import KINDS


@pytest.mark.django_db
def test_the_page_tells_every_request_to_anybody(django_assert_max_num_queries: Any) -> None:
    client = Client(SERVER_NAME="localhost")
    with django_assert_max_num_queries(4):
        shown = client.get("/api/").content.decode()
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            assert f'id="{operation["operationId"]}"' in shown, (method, path)
    assert "why you raise without" in shown.lower()


@pytest.mark.django_db
def test_every_kind_of_problem_has_its_place() -> None:
    shown = Client(SERVER_NAME="localhost").get("/api/problems").content.decode()
    assert all(f'id="{kind}"' in shown for kind in KINDS)
