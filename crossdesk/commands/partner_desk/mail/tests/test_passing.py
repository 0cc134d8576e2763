"""Out of a demonstration's sink to a desk that is played beside it."""

from __future__ import annotations

import pytest

from crossdesk.commands.partner_desk.faults import Faults
from crossdesk.commands.partner_desk.mail.desk import MailDesk
from crossdesk.commands.partner_desk.mail.played import listening
from crossdesk.exchange.channels import NotTaken
from crossdesk.exchange.letters.raw import RawLetter
from crossdesk.exchange.posting import post
from crossdesk.kit.time import now
from crossdesk.mailbox.sink import sink

LETTER = b"From: desk@ours.example\r\nMessage-ID: <1@ours.example>\r\nSubject: No reads\r\n\r\nPlease look.\r\n"


def test_letters_to_its_domain_go_on_and_all_others_end_in_the_sink() -> None:
    kept: list[RawLetter] = []
    desk = MailDesk(faults=Faults.of(["down::1"]))

    def keep(letter: RawLetter) -> str:
        kept.append(letter)
        return "kept"

    with (
        listening(desk) as theirs,
        sink(keep, clock=now, played=f"pennine.example:{theirs.rpartition(':')[2]}") as door,
    ):
        server = f"smtp://127.0.0.1:{door.port}"
        post(LETTER, envelope_from="desk@ours.example", to="somebody@elsewhere.example", server=server)
        with pytest.raises(NotTaken) as busy:
            post(LETTER, envelope_from="desk@ours.example", to=desk.manner.address, server=server)
        post(LETTER, envelope_from="desk@ours.example", to=desk.manner.address, server=server)
        with pytest.raises(NotTaken) as refused:
            post(LETTER, envelope_from="desk@ours.example", to="nobody@pennine.example", server=server)
    assert (busy.value.forever, refused.value.forever) == (False, True)
    assert len(kept) == 3
    assert [each.number for each in desk.tickets] == ["PG-1001"]
