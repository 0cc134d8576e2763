"""Files beside a message: offered, sent, interrupted, repeated, refused; at the door another installation knocks on."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import Scope
from crossdesk.cases.material import Evidence
from crossdesk.cases.tests.cast import NOON, Cast
from crossdesk.desks.ways import Channel, Ways
from crossdesk.exchange import held
from crossdesk.exchange.held import HeldChunk, HeldFile
from crossdesk.exchange.links import Link
from crossdesk.exchange.messages.message import File, Kind, Message
from crossdesk.exchange.models import InboxItem
from crossdesk.exchange.tests.far_side import agreed
from crossdesk.exchange.tests.post_office import engaged
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import verbs

pytestmark = pytest.mark.django_db
if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

LOG = b"nothing delivered\n" * 40_000
DIGEST = sha256(LOG).hexdigest()
WAYS = Ways(channel=Channel.CROSSDESK, endpoint="https://there.example", largest_file=2**20, file_types=("txt",))


class Door:
    """Their installation knocks with a key of theirs."""

    def __init__(self, party: Party, token: str, named: str = "exchange") -> None:
        kept = keys.make_unasked(party, name=named, scopes=frozenset({Scope.EXCHANGE}), by="the operator", at=NOON)
        self.headers = {"authorization": f"Bearer {kept[1]}"}
        self.token, self.client = token, Client()

    def offer(self, name: str = "log.txt", size: int = len(LOG), digest: str = DIGEST) -> Answer:
        said = {"message": "there-000001", "link": self.token, "name": name, "size": size, "sha256": digest}
        return self.client.post(
            "/exchange/v1/files", json.dumps(said), content_type="application/json", headers=self.headers
        )

    def send(self, content: bytes = LOG, digest: str = DIGEST) -> Answer:
        return self.client.put(f"/exchange/v1/files/{digest}?message=there-000001", content, headers=self.headers)

    def say(self) -> Answer:
        file = File(name="log.txt", media_type="text/plain", size=len(LOG), sha256=DIGEST, beside=True)
        message = Message(
            id="there-000001", link=self.token, kind=Kind.UPDATE, seq=1, occurred_at=NOON, words="See.", files=[file]
        )
        return self.client.post(
            "/exchange/v1/messages", message.encoded(), content_type="application/json", headers=self.headers
        )


def door(here: Cast, ways: Ways = WAYS, named: str = "exchange") -> Door:
    agreed(here.pennine, here.elexon, here.pennine_service, ways, "secret")
    leg = engaged(here)
    with verbs():
        return Door(here.pennine, Link.objects.get(leg=leg.pk).token, named)


def test_cut_short_it_is_sent_again_and_taken_once(here: Cast) -> None:
    there = door(here)
    assert there.offer().json() == {"held": False}
    cut = there.send(LOG[:-1])
    assert (cut.status_code, cut.json()["detail"]) == (503, "“log.txt” did not arrive as it was sent; send it again.")
    assert there.send(b"y" * len(LOG)).status_code == 503
    assert there.send(LOG + b"more").status_code == 422
    with verbs():
        assert not HeldChunk.objects.exists()
    assert there.send().status_code == there.send().status_code == 201
    assert there.offer().json() == {"held": True}
    with verbs():
        assert HeldChunk.objects.count() == len(LOG) // (256 * 1024) + 1
    assert there.say().json()["fate"] == there.say().json()["fate"] == "applied"
    with verbs():
        assert [bytes(each.sha256).hex() for each in Evidence.objects.all()] == [DIGEST]
        assert not HeldFile.objects.exists()
    assert there.offer().json() == {"held": True}  # nothing of an applied message is asked for again


def test_what_the_agreement_keeps_out_is_refused_in_a_sentence_before_it_is_sent(here: Cast) -> None:
    there = door(here)
    assert there.offer("log.zip").json()["detail"] == ("By the agreement only txt files cross, so “log.zip” does not.")
    assert there.offer(size=2 * 2**20).json()["detail"] == (
        "By the agreement up to 1 MB may cross, so “log.txt” does not."
    )
    assert "the most that can be evidence" in there.offer(size=26 * 2**20).json()["detail"]
    assert there.send().status_code == 404
    assert there.offer(digest="x").status_code == 400
    with verbs():
        assert not HeldFile.objects.exists()


def test_only_a_key_that_may_send_offers_and_nobody_takes_anothers_place(here: Cast) -> None:
    there = door(here, WAYS.model_copy(update={"may_send": ("their desk",)}))
    assert there.offer().status_code == 403
    stranger = Door(here.sycamore, there.token)
    assert stranger.offer().status_code == 403
    with verbs():
        assert not HeldFile.objects.exists()


def test_what_never_came_is_named_and_what_no_message_came_for_is_given_up(here: Cast) -> None:
    there = door(here)
    there.offer()
    assert "“log.txt” did not arrive; ask for it." in there.say().json()["why"]
    with verbs():
        assert not HeldFile.objects.exists()
        line = InboxItem.objects.get().line
        for name, message, days in (("old.txt", "gone-000001", 8), ("new.txt", "gone-000002", 6)):
            HeldFile.objects.create(
                line=line, message_id=message, sha256=DIGEST, name=name, size=1, seats=line.seats,
                offered_at=NOON - timedelta(days=days),
            )  # fmt: skip
        held.expire(NOON)
        assert [each.name for each in HeldFile.objects.all()] == ["new.txt"]
