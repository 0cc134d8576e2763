from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from crossdesk.access import Invalid, NotAllowed, Role
from crossdesk.accounts import keys, rate
from crossdesk.accounts.models import Key
from crossdesk.accounts.scopes import Scope, scopes_from
from crossdesk.cases.models import Case
from crossdesk.cases.tests.cast import NOON, Cast, cast, somebody
from crossdesk.threads.viewer import verbs, viewing

DAY = timedelta(days=1)


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


def made(here: Cast, **other: Any) -> tuple[Key, str]:
    given: dict[str, Any] = {
        "name": "ServiceNow",
        "scopes": frozenset({Scope.TICKETS}),
        "by": "Test",
        "at": NOON,
    } | other
    return keys.make_unasked(given.pop("party", here.sycamore), **given)


def test_only_an_administrator_of_the_party_makes_and_revokes_its_keys(here: Cast) -> None:
    ada = somebody("Ada Lane", here.sycamore, Role.ADMINISTRATOR)
    key, token = keys.make(here.sycamore, name="Ours", scopes=frozenset({Scope.TICKETS}), by=ada, at=NOON)
    assert token.startswith(f"cdk_{key.public_id}_")
    assert len(token.split("_", 2)[2]) >= 43
    strangers = somebody("Eve Marsh", here.harrier, Role.ADMINISTRATOR)
    for other in (here.priya, strangers):
        with pytest.raises(NotAllowed):
            keys.make(here.sycamore, name="Theirs", scopes=frozenset({Scope.TICKETS}), by=other, at=NOON)
        with pytest.raises(NotAllowed):
            keys.revoke(key, by=other, at=NOON)
    keys.revoke(key, by=ada, at=NOON)
    assert key.revoked_by == "Ada Lane, Sycamore Energy"


def test_the_secret_is_kept_nowhere(here: Cast) -> None:
    key, token = made(here)
    secret = token.split("_", 2)[2]
    with verbs(), connection.cursor() as cursor:
        cursor.execute("select k::text from accounts_key k where id = %s", [key.pk])
        assert secret not in cursor.fetchone()[0]


def test_a_key_opens_until_it_is_revoked_expires_or_its_party_closes(here: Cast) -> None:
    key, token = made(here, lasting=2 * DAY)
    assert keys.open_key(token, NOON + DAY) == key
    with pytest.raises(keys.NotOpened, match="has expired"):
        keys.open_key(token, NOON + 2 * DAY)
    keys.revoke_unasked(key, by="Test", at=NOON + DAY)
    with pytest.raises(keys.NotOpened, match="was revoked"):
        keys.open_key(token, NOON + DAY)
    second, other = made(here, party=here.harrier)
    with verbs():
        here.harrier.closed_at = NOON + DAY
        here.harrier.save(update_fields=["closed_at"])
    assert keys.open_key(other, NOON) == second
    with pytest.raises(keys.NotOpened, match="Harrier Energy is closed"):
        keys.open_key(other, NOON + DAY)
    with pytest.raises(Invalid, match="is closed"):
        made(here, party=here.harrier, at=NOON + DAY)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.replace("cdk_", "cdx_"),
        lambda token: token.rpartition("_")[0],
        lambda token: "cdk__" + token.split("_", 2)[2],
        lambda token: token.swapcase(),
        lambda token: token + "\x00é",
    ],
)
def test_a_spoilt_token_opens_nothing_and_tells_nothing(here: Cast, spoilt: Any) -> None:
    key, token = made(here)
    keys.revoke_unasked(key, by="Test", at=NOON)
    with pytest.raises(keys.NotOpened, match="not known here"):
        keys.open_key(spoilt(token), NOON)


def test_two_keys_of_one_name_both_open_while_one_follows_the_other(here: Cast) -> None:
    (first, old), (second, new) = made(here), made(here)
    assert (keys.open_key(old, NOON), keys.open_key(new, NOON)) == (first, second)


def test_use_is_noted_once_a_minute(here: Cast) -> None:
    key, token = made(here)
    noted = []
    for seconds in (0, 30, 59, 60):
        keys.open_key(token, NOON + timedelta(seconds=seconds))
        with verbs():
            key.refresh_from_db()
        noted.append(key.last_used_at)
    assert noted == [NOON, NOON, NOON, NOON + timedelta(seconds=60)]


def test_a_key_sees_what_its_party_and_the_desks_it_owns_see(here: Cast) -> None:
    case = here.case()
    seen = {}
    for party in (here.sycamore, here.elexon, here.harrier, here.pennine):
        key, _ = made(here, party=party)
        viewer = keys.viewer_of(key, NOON)
        with viewing(viewer):
            seen[party.name] = Case.objects.filter(pk=case.pk).exists()
    assert seen == {"Sycamore Energy": True, "Elexon": True, "Harrier Energy": False, "Pennine Grid": False}
    mine = keys.viewer_of(made(here, party=here.pennine)[0], NOON)
    assert set(mine.desks) == {here.pennine_help.pk, here.pennine_service.pk}
    assert mine.person is None
    assert Role.ADMINISTRATOR not in mine.roles


def test_keys_are_seen_by_their_party_alone(here: Cast) -> None:
    key, _ = made(here)
    for viewer, sees in ((here.priya, True), (here.hal, False), (here.nia, False), (here.gwen, False)):
        with viewing(viewer):
            assert Key.objects.filter(pk=key.pk).exists() is sees, viewer.name


def test_keys_that_open_something_come_first(here: Cast) -> None:
    old, _ = made(here, name="Old")
    young, _ = made(here, name="Young", at=NOON + DAY)
    keys.revoke_unasked(young, by="Test", at=NOON + DAY)
    with viewing(here.priya):
        assert list(keys.keys_of(here.sycamore, NOON + DAY)) == [old, young]


@pytest.mark.parametrize(
    "given", [{"name": " "}, {"scopes": frozenset()}, {"lasting": 0 * DAY}, {"lasting": 800 * DAY}]
)
def test_a_key_has_a_name_a_purpose_and_an_end(here: Cast, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        made(here, **given)


def test_scopes_are_read_as_oauth_writes_them() -> None:
    assert scopes_from(["tickets cases:read"]) == {Scope.TICKETS, Scope.CASES_READ}
    with pytest.raises(Invalid, match="“everything” is no scope"):
        scopes_from(["everything"])
    with pytest.raises(Invalid, match="at least one"):
        scopes_from([" "])


def test_a_bucket_empties_and_fills_again(here: Cast, settings: Any) -> None:
    settings.API_RATE = 6  # one in ten seconds
    key, _ = made(here)
    other, _ = made(here)
    assert [rate.take(key, NOON).wait for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    assert rate.take(other, NOON).wait == 0
    assert rate.take(key, NOON + timedelta(seconds=9)).wait == 1
    assert rate.take(key, NOON + timedelta(seconds=10)).wait == 0
    assert rate.take(key, NOON + timedelta(seconds=10)).wait == 10
    full = rate.take(key, NOON + DAY)
    assert full.headers == {"RateLimit-Policy": '"key";q=6;w=60', "RateLimit": '"key";r=5;t=10'}
    assert rate.take(key, NOON).wait == 0  # a clock a little behind takes from what is there, and fills nothing
