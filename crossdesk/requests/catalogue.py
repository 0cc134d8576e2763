"""What can be asked for, and by whom: the market's catalogue as one party reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crossdesk.access import Invalid, NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.parties.models import MarketRole, Party
from crossdesk.rulebook import Rulebook
from crossdesk.rulebook.requesting import GROUPS
from crossdesk.rulebook.rows.requests import FormField, ServiceRequest
from crossdesk.rulebook.search import stems

NAMES = {
    "access": "Access",
    "certificates": "Certificates",
    "dip": "Identities on the DIP",
    "information": "Information",
    "onboarding": "Joining",
}


@dataclass(frozen=True)
class Offer:
    item: ServiceRequest
    why_not: str | None


@dataclass(frozen=True)
class Shelf:
    key: str
    name: str
    offers: list[Offer]


def shelves(book: Rulebook, party: int, party_name: str, sought: str = "") -> list[Shelf]:
    """What one may not ask for stays, after the rest and with the reason."""
    held = roles_of(party)
    offers = [Offer(row, why_not_ask(book, row, held, party_name)) for row in found(book, sought)]
    offers.sort(key=lambda each: (each.why_not is not None, each.item.name))
    every = (Shelf(key, NAMES[key], [each for each in offers if each.item.group == key]) for key in GROUPS)
    return [shelf for shelf in every if shelf.offers]


def found(book: Rulebook, sought: str) -> Iterator[ServiceRequest]:
    """Every word, or the beginning of one, stands in its name, its purpose or what people call it."""
    wanted = sought.casefold().split()[:12]
    roots = stems(sought)
    for row in book.requests.values():
        text = " ".join([row.name, row.purpose, *row.words])
        told = stems(text)
        if roots <= told or all(any(word.startswith(each) for word in text.casefold().split()) for each in wanted):
            yield row


def roles_of(party: int) -> frozenset[str]:
    return frozenset(MarketRole.objects.filter(party=party).values_list("role", flat=True))


def why_not_ask(book: Rulebook, row: ServiceRequest, held: Iterable[str], party_name: str) -> str | None:
    if any(book.is_role(each, wanted) for each in held for wanted in row.asked_by):
        return None
    names = ", ".join(book.roles[each].name for each in row.asked_by)
    return f"“{row.name}” is for: {names}. {party_name} holds none of these roles here."


def choices_of(
    book: Rulebook, row: FormField, held: Iterable[MarketRole], others: Iterable[Party]
) -> list[tuple[str, str]]:
    """What can be answered to a field, value and label, each once; nothing where it is written freely. `held` are the
    roles of whoever asks, `others` the parties that a partner is chosen from."""
    pairs: list[tuple[str, str]] = []
    if row.kind == "choice":
        pairs = [(each, each) for each in row.choices]
    elif row.kind == "role":
        pairs = [(each.role, book.roles[each.role].name) for each in held if each.role in book.roles]
    elif row.kind == "party":
        pairs = [(str(each.pk), each.name) for each in others]
    elif row.kind == "mpid" and row.own:
        pairs = [(each.mpid, each.mpid) for each in held if each.mpid]
    elif row.kind == "dip-id" and row.own:
        pairs = [(each.dip_id, each.dip_id) for each in held if each.dip_id]
    return list(dict.fromkeys(pairs))


def item_of(book: Rulebook, key: str) -> ServiceRequest:
    row = book.requests.get(key)
    if row is None:
        raise Invalid("The catalogue has no such request; look through it again.")
    return row


def desk_of(book: Rulebook, row: ServiceRequest) -> Desk:
    desk = Desk.objects.filter(rule=row.desk, owner__closed_at=None).select_related("owner__seat", "seat").first()
    if desk is None or not desk.hosted:
        raise NotAllowed(f"{book.desks[row.desk].name} does not work here, so “{row.name}” is asked for there.")
    return desk
