from __future__ import annotations

import pytest

from crossdesk.cases.tests.cast import Cast
from crossdesk.reviews.tests.conftest import Past, stood_down


@pytest.fixture
def there(here: Cast) -> Past:
    return stood_down(here)
