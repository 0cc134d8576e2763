"""A party's program is told over real HTTP what happened to what the party may see: signed, in order, nothing else."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crossdesk.access import Invalid, Role
from crossdesk.accounts.letters import send_account_letters
from crossdesk.cases import restricting, triage, writing
from crossdesk.cases.tests.cast import Cast, somebody
from crossdesk.exchange.tests.post_office import PostOffice, engaged
from crossdesk.exchange.waits import MOST_ATTEMPTS
from crossdesk.kit.time import now
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs
from crossdesk.web.portal.tests.signed_in import person
from crossdesk.webhooks import keeping, signing
from crossdesk.webhooks.cloud import KINDS
from crossdesk.webhooks.leaving import KEPT, forget_old, tell_due
from crossdesk.webhooks.models import Attempt, Event, Subscription
from crossdesk.webhooks.tests.receiver import Post, Receiver

pytestmark = pytest.mark.django_db
CASE = "crossdesk.case"


def told_at(receiver: Receiver, party: Party, *kinds: str, path: str = "") -> Subscription:
    return keeping.subscribe(party, receiver.url + path, kinds, by="Test", at=now())


def again(subscription: Subscription) -> Subscription:
    with verbs():
        return Subscription.objects.get(pk=subscription.pk)


def events() -> list[tuple[str, str]]:
    with verbs():
        return list(Event.objects.order_by("pk").values_list("kind", "state"))


def later(turns: int) -> datetime:
    """Whatever waits is due again."""
    return now() + timedelta(days=2 * turns)


def is_signed(post: Post, key: str) -> bool:
    public = Ed25519PublicKey.from_public_bytes(b64decode(key.removeprefix("whpk_")))
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    for each in post.headers["webhook-signature"].split():
        version, _, signature = each.partition(",")
        assert version == "v1a"
        try:
            public.verify(b64decode(signature), signed)
        except InvalidSignature:
            continue
        return True
    return False


def test_what_a_party_reads_is_told_and_signed_and_carries_no_words(here: Cast, receiver: Receiver) -> None:
    told_at(receiver, here.sycamore)
    told_at(receiver, here.harrier, path="/rival")
    case = here.case()
    triage.take(case, by=here.nia, at=now())
    writing.write(case, to="internal", words="between us", by=here.nia, at=now())
    writing.write(case, to="raiser", words="A word to Sycamore.", by=here.nia, at=now())
    tell_due()
    assert receiver.kinds == [f"{CASE}.raised", f"{CASE}.take", f"{CASE}.write"]
    last = receiver.heard[-1]
    assert (last.path, last.headers["content-type"]) == ("/hook", "application/cloudevents+json")
    assert (last.told["specversion"], last.told["subject"]) == ("1.0", case.reference)
    assert last.told["data"]["case"] == case.reference
    assert last.told["id"] == last.headers["webhook-id"]
    assert b"word" not in last.body
    assert all(is_signed(post, signing.public_keys()[0]) for post in receiver.heard)


def test_while_a_secret_is_changed_both_keys_sign(here: Cast, receiver: Receiver, settings: Any) -> None:
    before = signing.public_keys()[0]
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new secret, as long as it takes"
    keeping.attempt(told_at(receiver, here.sycamore), now())
    tell_due()
    (post,) = receiver.heard
    assert signing.public_keys()[1] == before
    assert all(is_signed(post, key) for key in signing.public_keys())
    assert not is_signed(Post(post.path, post.headers, post.body + b" "), before)


def test_an_engaged_party_is_told_of_its_leg_alone(here: Cast, receiver: Receiver) -> None:
    told_at(receiver, here.pennine)
    leg = engaged(here)
    case = leg.case
    writing.write(case, to="raiser", words="to the raiser", by=here.nia, at=now())
    writing.write(case, to=f"leg:{leg.pk}", words="to the leg", by=here.nia, at=now())
    tell_due()
    assert receiver.kinds[0] == "crossdesk.leg.engage"
    assert len(receiver.kinds) == 2
    assert {post.told["data"]["engagement"] for post in receiver.heard} == {leg.number}


def test_only_the_kinds_that_were_asked_for(here: Cast, receiver: Receiver) -> None:
    told_at(receiver, here.sycamore, f"{CASE}.take")
    triage.take(here.case(), by=here.nia, at=now())
    tell_due()
    assert receiver.kinds == [f"{CASE}.take"]


def test_what_the_party_may_not_read_any_more_is_not_told(here: Cast, receiver: Receiver) -> None:
    told_at(receiver, here.elexon)
    mona = somebody("Mona Hale", here.elexon, Role.SERVICE_MANAGER, desk=here.elexon_desk)
    case = here.case()
    restricting.restrict(case, names=[], why="A person is named in it.", by=mona, at=now())
    tell_due()
    assert receiver.heard == []
    assert {state for _, state in events()} == {"dead"}


def test_a_server_that_is_away_holds_the_order_and_one_that_refuses_does_not(here: Cast, receiver: Receiver) -> None:
    told_at(receiver, here.sycamore)
    triage.take(here.case(), by=here.nia, at=now())
    receiver.answers = [503]
    assert tell_due() == 1
    receiver.answers = [422]
    assert tell_due(lambda: now() + timedelta(minutes=1)) == 2
    assert events() == [(f"{CASE}.raised", "dead"), (f"{CASE}.take", "told")]
    with verbs():
        tried = list(Attempt.objects.values_list("event__kind", "status", "answer"))
    assert [(kind, status) for kind, status, _ in tried] == [
        (f"{CASE}.raised", None),
        (f"{CASE}.raised", None),
        (f"{CASE}.take", 204),
    ]
    assert [number in answer for number, (_, _, answer) in zip(("503", "422"), tried, strict=False)] == [True, True]


def test_a_server_that_stays_away_is_told_nothing_until_it_is_resumed(
    here: Cast, receiver: Receiver, office: PostOffice
) -> None:
    ada = somebody("Ada Finch", here.sycamore, Role.ADMINISTRATOR)
    subscription = told_at(receiver, here.sycamore)
    case = here.case()
    receiver.answers = [500] * MOST_ATTEMPTS
    for turn in range(MOST_ATTEMPTS):
        assert tell_due(partial(later, turn)) == 1
    at = later(MOST_ATTEMPTS)
    assert "500" in again(subscription).paused_why
    assert send_account_letters(lambda: at) == 1
    (letter,) = office.letters
    text = letter.get_body(("plain",))
    assert (letter["To"], text and receiver.url in text.get_content()) == (person(ada).email, True)
    triage.take(case, by=here.nia, at=now())
    assert tell_due(lambda: at) == 0
    keeping.resume(subscription, at)
    assert tell_due(lambda: at) == 1
    with verbs():
        given_up = Event.objects.get(state="dead")
    keeping.tell_again(given_up, at)
    tell_due(lambda: at)
    assert receiver.heard[-1].headers["webhook-id"] == receiver.heard[0].headers["webhook-id"] == str(given_up.event_id)
    assert {state for _, state in events()} == {"told"}


def test_gone_ends_it(here: Cast, receiver: Receiver) -> None:
    subscription = told_at(receiver, here.sycamore)
    triage.take(here.case(), by=here.nia, at=now())
    receiver.answers = [410]
    assert tell_due() == 1
    assert again(subscription).ended_at
    assert {state for _, state in events()} == {"dead"}


def test_a_closed_party_is_told_nothing(here: Cast, receiver: Receiver) -> None:
    keeping.attempt(told_at(receiver, here.sycamore), now())
    with verbs():
        Party.objects.filter(pk=here.sycamore.pk).update(closed_at=now())
    assert tell_due() == 0


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://10.0.0.7/", "private network"),
        ("http://[::1]/", "private network"),
        ("http://169.254.169.254/latest", "private network"),
        ("ftp://files.example", "https://"),
        ("https://me:secret@partner.example", "without a name or password"),
        ("x" * 501, "at most 500"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused_at_once(here: Cast, address: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        keeping.subscribe(here.sycamore, address, by="Test", at=now())


def test_an_address_is_told_once_and_kinds_are_known(here: Cast, receiver: Receiver) -> None:
    told_at(receiver, here.sycamore)
    with pytest.raises(Invalid, match="told already"):
        told_at(receiver, here.sycamore)
    with pytest.raises(Invalid, match="is no event"):
        told_at(receiver, here.sycamore, "crossdesk.case.sung", path="/other")
    for number in range(keeping.MOST - 1):
        told_at(receiver, here.sycamore, *KINDS[:2], path=f"/{number}")
    with pytest.raises(Invalid, match="at most 20"):
        told_at(receiver, here.sycamore, path="/one-more")


def test_a_months_log_is_kept(here: Cast, receiver: Receiver) -> None:
    subscription = told_at(receiver, here.sycamore)
    keeping.attempt(subscription, now() - KEPT - timedelta(hours=1))
    keeping.attempt(subscription, now())
    tell_due()
    assert forget_old(now()) == 2  # the event and its attempt
    assert len(events()) == 1
