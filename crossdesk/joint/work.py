"""What one kind of joint record brings to the verbs that all kinds share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from crossdesk import rulebook
from crossdesk.access import NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import Viewer, verbs


@dataclass(frozen=True)
class Work:
    """The tables of a kind of record, and how it is locked, told and guarded.

    `record`, `claim` are the names its tables know them by, `noun` and `claim_noun` the words its sentences use.
    """

    record: str
    claim: str
    noun: str
    claim_noun: str
    reader: str
    not_on_it: str
    part: Any
    draft: Any
    section: Any
    claims: Any
    answer: Any
    action: Any
    owner: Any
    moving: Callable[..., AbstractContextManager[Thread]]
    told: Callable[..., Entry]
    require_fit: Callable[..., None]
    """Refuses words that may not stand where parties that compete read them."""
    lead: Callable[[Any], Desk]
    """The desk whose record it is."""
    signed_for: Callable[[Any, Any], Iterable[int]]
    """The seats that read a section from the moment it is signed, of its record and its part."""

    def own_part(self, record: Any, by: Viewer) -> Any:
        """The viewer's own party's place in the record."""
        with verbs():
            rows = self.part.objects.select_related("party")
            part = rows.filter(**{self.record: record}, party=by.party).first()
        if part is None or part.off_at:
            raise NotAllowed(f"{by.party_name} {self.not_on_it}")
        return part

    def add_part(self, record: Any, party: Party, *, named: bool) -> Any:
        """Under the kind of party it is until it shows its name; with a draft that only it reads."""
        kind = kind_of(party)
        aliases = self.part.objects.filter(**{self.record: record}).values_list("alias", flat=True)
        number = sum(each.startswith(f"{kind} ") for each in aliases) + 1
        about = {self.record: record, "party": party, "alias": f"{kind} {number}", "named": named}
        part = self.part.objects.create(**about, seats=[self.lead(record).seat_id])
        self.draft.objects.create(part=part, seats=[party.seat_id])
        return part

    def share_owners(self, record: Any, parts: Iterable[Any]) -> None:
        """A person's name would tell the party: others read it only beside a party that shows its own."""
        for part in parts:
            seats = record.seats if part.named else sorted({self.lead(record).seat_id, *part.seats})
            self.owner.objects.filter(action__part=part).update(seats=seats)


def kind_of(party: Party) -> str:
    """What the market knows it as: its first role, which says less than its name."""
    roles = rulebook.current().roles
    names = [roles[key].name for key in party.role_keys if key in roles]
    return names[0][:50] if names else "Party"
