"""What subscribers are told of planned maintenance, through a real mail server, and how they hear no more of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from django.test import Client

from crossdesk.cases.tests.cast import NOON, Cast, cast
from crossdesk.exchange.models import OutboxItem
from crossdesk.exchange.sending import send_due
from crossdesk.exchange.tests.post_office import PostOffice, arrive
from crossdesk.notices.models import Subscription
from crossdesk.notices.subscribing import subscribe
from crossdesk.parties.models import Person
from crossdesk.status import maintaining
from crossdesk.status.tests.test_maintenance import HOURS, TOMORROW, WINDOW, announced, planned
from crossdesk.threads.viewer import Viewer, verbs, viewing


@pytest.fixture
def here(db: None) -> Cast:
    return cast()


def wants(who: Viewer, system: str = "dip") -> str:
    with verbs():
        address = Person.objects.get(pk=who.person or 0).email
    subscribe(system, address, by=who, at=NOON)
    return address


def post() -> int:
    return send_due(lambda: NOON + timedelta(minutes=10))


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_it_is_announced_changed_and_called_off_in_one_conversation(here: Cast, office: PostOffice) -> None:
    wants(here.priya)
    work = announced(here)
    later = TOMORROW + timedelta(days=2)
    maintaining.move(work, starts_at=later, ends_at=later + HOURS, why="A supplier asked.", by=here.tom, at=NOON)
    maintaining.agree(work, by=here.nia, at=NOON)
    maintaining.cancel(work, why="The supplier has withdrawn it.", by=here.nia, at=NOON)
    assert post() == 3
    first, second, third = office.letters
    assert [str(each["Subject"]).rpartition(", ")[2] for each in office.letters] == [
        "announced",
        "changed",
        "called off",
    ]
    assert "from 25 Nov 2026, 12:00 GMT to 25 Nov 2026, 14:00 GMT" in text(first)
    assert WINDOW.words in text(first)
    assert "now from 27 Nov 2026, 12:00 GMT" in text(second)
    assert "A supplier asked." not in text(second)  # the desk's own reason
    assert "The supplier has withdrawn it." in text(third)
    assert (second["In-Reply-To"], third["In-Reply-To"]) == (first["Message-ID"], second["Message-ID"])


def test_what_its_desk_alone_knows_of_is_told_to_nobody(here: Cast, office: PostOffice) -> None:
    wants(here.priya)
    work = planned(here)
    maintaining.cancel(work, why="Not needed.", by=here.nia, at=NOON)
    assert post() == 0


def test_each_subscriber_of_the_system_gets_one_and_learns_of_no_other(here: Cast, office: PostOffice) -> None:
    addresses = {wants(here.priya), wants(here.hal)}
    wants(here.gwen, "css")
    announced(here, replace(WINDOW, public=False))
    assert post() == 2
    assert {str(each["To"]) for each in office.letters} == addresses
    for letter in office.letters:
        [other] = addresses - {str(letter["To"])}
        assert other not in letter.as_string()
    for viewer in (here.priya, here.hal, here.gwen):
        with viewing(viewer):
            assert not OutboxItem.objects.exists()
    with viewing(here.nia):
        assert OutboxItem.objects.count() == 2


def test_one_press_of_the_link_ends_them(here: Cast, office: PostOffice) -> None:
    address = wants(here.priya)
    work = announced(here)
    post()
    [letter] = office.letters
    path = urlsplit(re.sub("[<>]", "", str(letter["List-Unsubscribe"]))).path
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Press once" in Client().get(path).content.decode()
    assert "news of Data Integration Platform" in Client().post(path).content.decode()
    with verbs():
        assert Subscription.objects.get(address=address).ended_how == "by the link in a letter"
    maintaining.cancel(work, why="Not needed.", by=here.nia, at=NOON)
    assert post() == 0
    assert Client().get(path.replace("/unsubscribe/", "/unsubscribe/x")).status_code == 404


def test_a_reply_waits_for_a_person_of_the_desk_and_is_no_new_case(here: Cast, office: PostOffice) -> None:
    address = wants(here.priya)
    work = announced(here)
    post()
    [letter] = office.letters
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = address, str(letter["Reply-To"]), "Re: that window"
    answer["Message-ID"] = "<one@sycamore.example>"
    answer.set_content("Could it be a day later?")
    mail = arrive(answer)
    assert (mail.fate, mail.seats) == ("unmatched", [here.elexon_desk.seat_id])
    assert f"maintenance {work}" in mail.why
