"""What follows from which entry: the one table of reactions, each in the entry's own transaction and without I/O."""

from __future__ import annotations

from crossdesk.exchange.erased import forget_letters
from crossdesk.exchange.outbox import (
    ACCEPTED,
    CLOSURES,
    TO_THE_DESK,
    TO_THE_RAISER,
    keep_letters_to_the_named,
    write_acceptance,
    write_closure,
    write_to_desk,
    write_to_raiser,
)
from crossdesk.jobs.mail import wake_sending
from crossdesk.jobs.proof import every_ten_minutes
from crossdesk.jobs.sight import wake_filling
from crossdesk.jobs.tidying import expire_drafts
from crossdesk.threads import recording

Reactions = dict[str, tuple[recording.Reaction, ...]]

LETTERS_TO_DESKS: Reactions = dict.fromkeys(TO_THE_DESK, (write_to_desk, wake_sending))
LETTERS_TO_RAISERS: Reactions = dict.fromkeys(TO_THE_RAISER, (write_to_raiser, wake_sending))
ACCEPTING_LETTERS: Reactions = dict.fromkeys(ACCEPTED, (write_acceptance, wake_sending))
CLOSING_LETTERS: Reactions = dict.fromkeys(CLOSURES, (write_to_raiser, write_closure, wake_sending))

SIGHT: Reactions = {"case.restrict": (keep_letters_to_the_named,), "case.reopen": (wake_filling,)}
ERASURES: Reactions = {"case.erase": (forget_letters,)}

FOLLOWS: Reactions = SIGHT | LETTERS_TO_DESKS | LETTERS_TO_RAISERS | ACCEPTING_LETTERS | CLOSING_LETTERS | ERASURES

ON_THEIR_OWN = (every_ten_minutes, expire_drafts)
"""Jobs that follow from no entry; a worker knows them because they are named here."""


def wire() -> None:
    recording.FOLLOWS.clear()
    recording.FOLLOWS.update(FOLLOWS)
