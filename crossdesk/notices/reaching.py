"""Whom an update reaches: the seats that read it here, and the addresses its letters go to. Inside `verbs()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from crossdesk.cases.legs import Leg
from crossdesk.cases.material import Member
from crossdesk.cases.models import Case, CaseLink
from crossdesk.desks.models import Desk
from crossdesk.impact.models import Affected
from crossdesk.majors.models import MajorIncident, UnderIt
from crossdesk.notices.guard import Secrets
from crossdesk.notices.models import NamedReader, Quiet, Subscription
from crossdesk.notices.sheet import audience
from crossdesk.parties.models import Contact, Party
from crossdesk.parties.naming import names_of

NO_SECRET = ("error-code", "timestamp")


@dataclass(frozen=True)
class Addressee:
    """Somebody an update goes to. Without an address they read it here, and somebody may have to ring."""

    audience: str
    name: str
    address: str
    reader_seat: int
    telephone: str = ""
    party: int | None = None
    subscription: int | None = None
    cases: tuple[str, ...] = ()
    quiet: bool = False


def cases_of(incident: MajorIncident) -> list[Case]:
    """Those under it and all their children, each once."""
    under = set(UnderIt.objects.filter(incident=incident, until=None).values_list("case", flat=True))
    found, new = set(under), under
    while new:
        children = CaseLink.objects.filter(parent__in=new, kind=CaseLink.Kind.CHILD).values_list("child", flat=True)
        new = set(children) - found
        found |= new
    return list(Case.objects.filter(pk__in=found).select_related("raiser", "owner").order_by("pk"))


def addressees(incident: MajorIncident, audiences: Sequence[str]) -> list[Addressee]:
    """Each address once, as the narrowest audience it belongs to, which is the one that knows most."""
    chosen: dict[str, Addressee] = {}
    for key in sorted(audiences, key=lambda key: audience(key).order):
        for each in READERS[key](incident):
            chosen.setdefault(each.address.lower() or f"{each.party} {each.name}", each)
    quiet = {address.lower() for address in Quiet.objects.filter(incident=incident).values_list("address", flat=True)}
    return [replace(each, quiet=each.address.lower() in quiet) for each in chosen.values()]


def seats_of(incident: MajorIncident, key: str) -> tuple[int, ...]:
    """Who reads it here. The lead desk reads everything it sends."""
    return tuple(sorted({incident.lead.seat_id, *SEATS[key](incident)}))


def secrets_of(incident: MajorIncident) -> Secrets:
    cases = cases_of(incident)
    return secrets_about(_affected(incident) | {case.raiser_id for case in cases}, cases)


def secrets_about(affected: Iterable[int], cases: Sequence[Case]) -> Secrets:
    """A central provider's name is no secret: the market knows who runs its systems."""
    parties = Party.objects.filter(pk__in=affected, central=False)
    numbers = [case.pk for case in cases]

    def listed(words: Sequence[str]) -> Iterable[str]:
        on_lists = Member.objects.filter(value__in=words, set__case__in=numbers).exclude(set__kind__in=NO_SECRET)
        return on_lists.order_by("value").values_list("value", flat=True).distinct()[:20]

    return Secrets(names_of(parties), [case.reference for case in cases], listed)


# Who belongs to which audience


def _resolvers(incident: MajorIncident) -> Iterator[Addressee]:
    for desk in _engaged(incident):
        party = desk.owner_id
        yield Addressee("resolvers", str(desk), desk.address, desk.seat_id, desk.telephone, party)


def _executives(incident: MajorIncident) -> Iterator[Addressee]:
    for each in NamedReader.objects.filter(desk=incident.lead, until=None):
        yield Addressee("executives", str(each), each.address, incident.lead.seat_id, each.telephone)


def _affected_parties(incident: MajorIncident) -> Iterator[Addressee]:
    yield from _at_contacts("affected", Party.objects.filter(pk__in=_affected(incident)), _cases_by_raiser(incident))


def _raisers(incident: MajorIncident) -> Iterator[Addressee]:
    cases = _cases_by_raiser(incident)
    yield from _at_contacts("raisers", Party.objects.filter(pk__in=cases), cases)


def _parties(incident: MajorIncident) -> Iterator[Addressee]:
    yield from _at_contacts("parties", Party.objects.filter(closed_at=None), _cases_by_raiser(incident))
    yield from _subscribed("parties", incident)


def _public(incident: MajorIncident) -> Iterator[Addressee]:
    yield from _subscribed("public", incident)


def _subscribed(key: str, incident: MajorIncident) -> Iterator[Addressee]:
    if not incident.system:
        return
    for each in Subscription.objects.filter(system=incident.system, until=None).select_related("party"):
        yield Addressee(key, each.name, each.address, each.party.seat_id, "", each.party_id, each.pk)


def _at_contacts(key: str, parties: Iterable[Party], cases: dict[int, tuple[str, ...]]) -> Iterator[Addressee]:
    """Every nominated contact, each with its own telephone to ring; a party without any is named all the same."""
    parties = list(parties)
    contacts: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(party__in=parties, ended_at=None).order_by("pk"):
        contacts.setdefault(contact.party_id, []).append(contact)
    for party in parties:
        ours = cases.get(party.pk, ())
        for contact in contacts.get(party.pk, ()):
            name = f"{contact.name}, {party}"
            yield Addressee(key, name, contact.address, party.seat_id, contact.telephone, party.pk, cases=ours)
        if party.pk not in contacts:
            yield Addressee(key, str(party), "", party.seat_id, "", party.pk, cases=ours)


def _engaged(incident: MajorIncident) -> list[Desk]:
    legs = Leg.objects.filter(case__in=cases_of(incident)).exclude(to_desk=incident.lead)
    return list(Desk.objects.filter(pk__in=legs.values("to_desk")).order_by("pk"))


def _affected(incident: MajorIncident) -> set[int]:
    """On the incident, or in the register of one of its cases and not denied by the party itself."""
    register = Affected.objects.filter(case__in=cases_of(incident), kind=Affected.Kind.PARTY)
    said = set(register.exclude(says=Affected.Says.DENIED).values_list("party", flat=True))
    denied = set(register.filter(says=Affected.Says.DENIED).values_list("party", flat=True)) - said
    on_it = set(incident.parties.values_list("party", flat=True))
    return {party for party in (said | on_it) - denied if party}


def _cases_by_raiser(incident: MajorIncident) -> dict[int, tuple[str, ...]]:
    """A case restricted to named people is not named in a letter, which more people read."""
    found: dict[int, list[str]] = {}
    for case in cases_of(incident):
        references = found.setdefault(case.raiser_id, [])
        if not case.restricted:
            references.append(case.reference)
    return {party: tuple(sorted(references)) for party, references in found.items()}


def _seats_of_parties(parties: Q) -> set[int]:
    return set(Party.objects.filter(parties).values_list("seat", flat=True))


Who = Callable[[MajorIncident], Iterable[Addressee]]
READERS: dict[str, Who] = {
    "resolvers": _resolvers,
    "executives": _executives,
    "affected": _affected_parties,
    "raisers": _raisers,
    "parties": _parties,
    "public": _public,
}
SEATS: dict[str, Callable[[MajorIncident], Iterable[int]]] = {
    "lead": lambda _: (),
    "resolvers": lambda incident: (*incident.seats, *(desk.seat_id for desk in _engaged(incident))),
    "executives": lambda _: (),
    "affected": lambda incident: _seats_of_parties(Q(pk__in=_affected(incident))),
    "raisers": lambda incident: _seats_of_parties(Q(pk__in=_cases_by_raiser(incident))),
    "parties": lambda _: _seats_of_parties(Q(closed_at=None)),
    "public": lambda _: _seats_of_parties(Q(closed_at=None)),
}
