"""The page just after raising, and another case like it."""

from __future__ import annotations

import pytest

from crossdesk.cases.tests.cast import cast
from crossdesk.web.portal.tests.signed_in import at_browser
from crossdesk.web.portal.tests.test_raising import filled, raised

pytestmark = pytest.mark.django_db


def test_it_says_the_reference_what_is_next_by_when_and_who_reads() -> None:
    people = cast()
    client = at_browser(people.priya)
    case = raised(client, filled(people, own_reference="INC-4711"))
    page = client.get(f"/cases/{case.reference}/raised/").content.decode()
    for words in (case.reference, "INC-4711", "triage", "by <time", "Sycamore Energy", "2 DIP transaction ids"):
        assert words in page
    assert at_browser(people.hal).get(f"/cases/{case.reference}/raised/").status_code == 404


def test_another_like_it_begins_with_its_words_and_not_with_its_references() -> None:
    people = cast()
    client = at_browser(people.priya)
    case = raised(client, filled(people, own_reference="INC-4711"))
    page = client.get(f"/raise/?like={case.reference}").content.decode()
    assert "Our gateway is healthy" in page
    assert "DIP Portal message status in words" in page
    assert "T-0001" not in page
    assert "INC-4711" not in page
    assert at_browser(people.hal).get(f"/raise/?like={case.reference}").status_code == 404


def test_a_reader_who_did_not_raise_it_begins_without_the_raisers_words() -> None:
    people = cast()
    case = raised(at_browser(people.priya), filled(people))
    page = at_browser(people.nia).get(f"/raise/?like={case.reference}").content.decode()
    assert "Our gateway is healthy" not in page
