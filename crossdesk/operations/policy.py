"""Who may declare special operations, and what may stand in words that every party reads."""

from __future__ import annotations

from crossdesk import rulebook
from crossdesk.access import Role
from crossdesk.desks.models import Desk
from crossdesk.kit.scan import CORRELATION, MPAN, SENDER_REFERENCE, TRANSACTION, scan
from crossdesk.parties.models import Party
from crossdesk.rulebook.rows.handling import Mode
from crossdesk.threads.viewer import Viewer

MANAGERS = frozenset({Role.MAJOR_INCIDENT_MANAGER, Role.SERVICE_MANAGER})
IDENTIFIERS = {MPAN, TRANSACTION, SENDER_REFERENCE, CORRELATION}


def special() -> Mode:
    """The mode that widens something; the check of the rules sees that it has a declarer and an end."""
    modes = rulebook.current().modes
    return next((mode for mode in modes.values() if mode.declared_by), modes["special"])


def declaring_desk(by: Viewer) -> Desk | None:
    return Desk.objects.filter(pk__in=by.desks, rule__in=special().declared_by).order_by("pk").first()


def why_not(by: Viewer, what: str = "declare special operations") -> str | None:
    book = rulebook.current()
    if by.roles & MANAGERS and declaring_desk(by):
        return None
    desks = " or ".join(book.desks[key].name for key in special().declared_by if key in book.desks) or "nobody's desk"
    return f"Only a major incident manager or a service manager of the {desks} can {what}."


def objections(*words: str) -> list[str]:
    """Each a sentence. In `verbs()`, because who is in the market is compared with the words."""
    said = " ".join(words)
    found = [f"Leave out {each.value}: every party reads this." for each in scan(said) if each.kind in IDENTIFIERS]
    folded = " ".join(said.casefold().split())
    names = Party.objects.filter(central=False).values_list("name", flat=True)
    found += [f"Leave out {name}: every party reads this." for name in names if name.casefold() in folded]
    return found
