"""How cases are exchanged, proposed and kept on the pages of an agreement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from crossdesk.cases.tests.cast import Cast, cast
from crossdesk.desks.models import Agreement, Terms
from crossdesk.desks.tests.terms import Signing, signing
from crossdesk.desks.ways import Channel, Meaning
from crossdesk.exchange.lines import LineKey, secrets_of
from crossdesk.threads.viewer import verbs
from crossdesk.web.agreements.tests.test_pages import proposed, read, sent

pytestmark = pytest.mark.django_db
INSIDE = "http://localhost:1"
SERVICENOW = {
    "channel": "servicenow", "endpoint": INSIDE, "profile": "incident", "identifiers": "on",
    "states": "2 = in progress\n6 = resolved\nParked = waiting for others of theirs",
    "fields": "category <> u_category (theirs)\ncategory:missing-mpan-data <> Registration\ntype > u_type",
    "largest_file": "5", "file_types": "csv, .pdf",
}  # fmt: skip


@pytest.fixture
def here() -> Cast:
    return cast()


@pytest.fixture
def it(here: Cast) -> Signing:
    return signing(here)


@pytest.fixture(autouse=True)
def _inside() -> Iterator[None]:
    with override_settings(EXCHANGE_INSIDE=frozenset({"localhost"})):
        yield


def address() -> str:
    with verbs():
        return f"/agreements/{Agreement.objects.get().reference}/"


def in_force(it: Signing) -> None:
    status, page = proposed(it, **SERVICENOW)
    assert status == 200, page
    sent(it.ada, f"{address()}answer/", decision="accept", version="1")


def test_how_cases_are_exchanged_is_proposed_and_told_in_words(it: Signing) -> None:
    in_force(it)
    with verbs():
        ways = Terms.objects.get().exchange
    assert (ways.channel, ways.meaning("6"), ways.largest_file) == (Channel.SERVICENOW, Meaning.RESOLVED, 5 * 2**20)
    assert [(each.ours, each.way, each.owner) for each in ways.fields] == [
        ("category", "both", "them"), ("category:missing-mpan-data", "both", "us"), ("type", "out", "us"),
    ]  # fmt: skip
    assert "type &gt; u_type" in read(it.ada, f"{address()}change/")[1]  # a change keeps what was agreed
    page = read(it.ada, address())[1]
    assert "ServiceNow, incident" in page
    assert "6 means resolved" in page
    assert "up to 5 MB each, only csv, pdf" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"endpoint": "http://10.0.0.8/"}, "private network"),
        ({"endpoint": "pennine"}, "begins with https://"),
        ({"states": "6: resolved"}, "write their state"),
        ({"fields": "category = u_category"}, "write our field, one of &gt; &lt; &lt;&gt;"),
        ({"largest_file": "900"}, "whole megabytes"),
        ({"fallbacks": "pigeon"}, "cannot be read"),
    ],
)
def test_what_is_wrong_says_so_and_keeps_what_was_written(it: Signing, wrong: dict[str, str], sentence: str) -> None:
    status, page = proposed(it, **SERVICENOW | wrong)
    assert (status, sentence in page) == (422, True)
    assert "csv, .pdf" in page
    with verbs():
        assert not Agreement.objects.exists()


def test_a_credential_is_kept_sealed_and_never_shown_again(it: Signing) -> None:
    in_force(it)
    status, page = sent(it.ada, f"{address()}credential/", name="2026", secret="integration:plain words")
    assert status == 200
    assert "2026" in page
    assert "plain words" not in page
    with verbs():
        key = LineKey.objects.select_related("line").get()
        assert "plain words" not in key.sealed
        assert secrets_of(key.line) == [(key.pk, "integration:plain words")]
    sent(it.ada, f"{address()}credential/", name="2027", secret="another")
    assert "Two credentials are live" in read(it.ada, address())[1]
    assert sent(it.ada, f"{address()}credential/", name="2028", secret="third")[0] == 422
    sent(it.ada, f"{address()}credential/retire/", key=str(key.pk))
    assert "retired" in read(it.ada, address())[1]


def test_nobody_else_keeps_or_sees_them(it: Signing, here: Cast) -> None:
    in_force(it)
    assert sent(here.nia, f"{address()}credential/", name="mine", secret="x")[0] == 403
    assert read(here.hal, address())[0] == 404
    assert sent(here.hal, f"{address()}resume/")[0] == 404
    with verbs():
        assert not LineKey.objects.exists()
