import re

import pytest
from click.testing import CliRunner

from crossdesk.access import Invalid
from crossdesk.accounts.keys import NotOpened, open_key
from crossdesk.cases.tests.cast import cast
from crossdesk.commands.token import token
from crossdesk.kit.time import now

pytestmark = pytest.mark.django_db


def test_a_token_is_made_shown_once_listed_and_revoked() -> None:
    cast()
    run = CliRunner()
    made = run.invoke(token, ["create", "--party", "sycamore energy", "--scope", "tickets", "--name", "ServiceNow"])
    shown = made.stdout.strip()
    assert re.fullmatch(r"cdk_[0-9A-Z]{12}_\S{43}", shown), made.output
    key = open_key(shown, now())
    assert key.scopes == ["tickets"]
    listed = run.invoke(token, ["list"]).output
    assert key.public_id in listed
    assert "last used" in listed
    assert shown.rpartition("_")[2] not in listed
    assert "is revoked" in run.invoke(token, ["revoke", key.public_id]).output
    with pytest.raises(NotOpened):
        open_key(shown, now())
    assert "opens nothing" in run.invoke(token, ["list", "--party", "Sycamore Energy"]).output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["create", "--party", "Sycamore", "--scope", "tickets"], "Did you mean Sycamore Energy"),
        (["create", "--party", "Sycamore Energy", "--scope", "all"], "“all” is no scope; there are: tickets"),
        (["revoke", "ABC"], "There is no key ABC"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_can(given: list[str], told: str) -> None:
    cast()
    refused = CliRunner().invoke(token, given).exception
    assert isinstance(refused, Invalid)
    assert told in refused.sentence
