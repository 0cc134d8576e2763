"""Whether a desk or a party can be reached: one reading each, from what was sent to it, what came back, and when its
party last stood behind its contacts.

`of_party` and `of_desk` read with whatever eyes they are called with: a viewer's see that viewer's own exchanges alone,
those of `verbs()` all of them. What `measure` keeps is for the party itself and the central desks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Max, Q

from crossdesk import rulebook
from crossdesk.cases.models import Question
from crossdesk.desks.models import Desk
from crossdesk.exchange.links import terms_of
from crossdesk.exchange.models import InboxItem, Line, OutboxItem, RawMail
from crossdesk.exchange.readings import Reading
from crossdesk.kit.time import in_full
from crossdesk.parties.models import Contact, Party

State = OutboxItem.State
ASKING = ("engage", "question", "raiser_question")
"""Kinds of letter that want an answer; news does not, so nobody is silent for not answering it."""
LEGS = 50
"""How many of a desk's newest legs are looked at: enough to tell, and few enough to ask for on a page."""


@dataclass(frozen=True)
class Found:
    reading: Reading
    since: datetime | None
    path: str
    """What was tried, an address or a channel; empty where there is nothing to try."""
    why: str = ""
    fallback: str = ""

    @property
    def reached(self) -> bool:
        return self.reading in {Reading.HERE, Reading.PROVEN}

    @property
    def lost(self) -> bool:
        """Cannot be reached by it, where others are only in doubt."""
        return self.reading in LOST

    def words(self, at: datetime) -> str:
        return in_words(self.reading, self.since, at)


LOST = (Reading.NONE, Reading.BOUNCED, Reading.SHUT, Reading.SILENT)
DOUBTFUL = (Reading.NEVER, Reading.UNPROVEN, Reading.UNCONFIRMED)
ORDER = (Reading.HERE, Reading.PROVEN, Reading.UNCONFIRMED, Reading.UNPROVEN, Reading.NEVER, *reversed(LOST))
"""From reached to lost: of several contacts the first of these is the party's."""


def in_words(reading: str, since: datetime | None, at: datetime) -> str:
    days = (at - since).days if since else 0
    ago = "today" if not days else f"{days} day{'' if days == 1 else 's'} ago"
    over = "less than a day" if not days else f"{days} day{'' if days == 1 else 's'}"
    match Reading(reading):
        case Reading.NEVER if since:
            return f"tried {ago}, never answered"
        case Reading.PROVEN:
            return f"proven {ago}"
        case Reading.UNPROVEN:
            return f"not proven for {over}"
        case Reading.UNCONFIRMED:
            return f"contact not confirmed for {over}"
        case Reading.SILENT | Reading.SHUT | Reading.BOUNCED:
            return f"{Reading(reading).label} since {in_full(since)}" if since else Reading(reading).label
    return Reading(reading).label


def limit(key: str) -> timedelta:
    return timedelta(days=rulebook.current().reaches[key].days)


def of_desk(desk: Desk, at: datetime) -> Found:
    if desk.hosted:
        return Found(Reading.HERE, None, "")
    line = _line_of(desk, at)
    path = line.path if line else desk.address or desk.telephone
    ways = [*(line.fallbacks if line else ()), desk.telephone]
    fallback = ", then ".join(way for way in ways if way and way != path)
    if line and (line.line.paused_at or line.line.trouble):
        return Found(Reading.SHUT, line.line.trouble_since, path, line.line.trouble, fallback)
    if not path:
        return Found(Reading.NONE, None, "", "It has neither an address nor a telephone number.", "")
    legs = list(desk.legs_received.order_by("-pk").values_list("pk", flat=True)[:LEGS])
    sent = OutboxItem.objects.filter(leg__in=legs, reader_seat=desk.seat_id)
    heard = _newest(_heard_on(desk), line.line.answered_at if line else None)
    to_here = sent if line else sent.filter(to_address__iexact=desk.address)
    return _judged(path, fallback, to_here, Q(leg__settled_at=None), heard, at)


def of_party(party: Party, at: datetime) -> Found:
    """By its nominated contacts: one that answers is enough. What an onboarding asks before it calls a party ready."""
    contacts = list(Contact.objects.filter(party=party, ended_at=None).order_by("pk"))
    if not contacts:
        return _by_its_desks(party, at)
    each = {contact.pk: of_contact(contact, at) for contact in contacts}
    best = min(contacts, key=lambda contact: ORDER.index(each[contact.pk].reading))
    found, others = each[best.pk], [other for other in contacts if other != best]
    ways = [best.telephone, *(f"{other.name}, {other.telephone or other.address}" for other in others)]
    fallback = "; ".join(filter(None, ways)) or _desks_to_ring(party)
    return Found(found.reading, found.since, found.path, found.why, fallback)


def _by_its_desks(party: Party, at: datetime) -> Found:
    """Nobody is nominated, so whoever has to be told is told at a desk of it, if it runs any."""
    why = "No contact is nominated; a shared mailbox is enough."
    found = [of_desk(desk, at) for desk in party.desks.order_by("pk")]
    best = min(found, key=lambda each: ORDER.index(each.reading), default=None)
    if best is None or best.reading is Reading.NONE:
        return Found(Reading.NONE, None, "", why, _desks_to_ring(party))
    return best if best.reached else Found(best.reading, best.since, best.path, why, best.fallback)


def of_contact(contact: Contact, at: datetime) -> Found:
    """Its mailbox as every other; and stale where neither its party nor a letter of its own stood behind it lately."""
    sent = OutboxItem.objects.filter(to_address__iexact=contact.address)
    heard = RawMail.objects.filter(sender=contact.address.lower(), fate=RawMail.Fate.FILED)
    last = heard.aggregate(last=Max("arrived_at"))["last"]
    open_ = Q(entry__in=Question.objects.filter(answered_at=None).values("entry"))
    found = _judged(contact.address, contact.telephone, sent, open_, last, at)
    stood = _newest(contact.held_at, last)
    if not found.lost and stood and at - stood > limit("unconfirmed"):
        return Found(Reading.UNCONFIRMED, stood, contact.address, "Its party confirms it.", contact.telephone)
    return found


def why_not_reachable(party: Party, at: datetime) -> str | None:
    """For whoever lets a party in: None where its contacts and each of its desks were proven to be reached."""
    readings = [(str(party), of_party(party, at))]
    readings += [(str(desk), of_desk(desk, at)) for desk in party.desks.order_by("pk")]
    wanting = [f"{name}: {found.words(at)}" for name, found in readings if not found.reached]
    return f"{'; '.join(wanting)}." if wanting else None


# How a reading is come to


def _judged(
    path: str, fallback: str, sent: models.QuerySet[OutboxItem], open_: Q, heard: datetime | None, at: datetime
) -> Found:
    after = Q(created_at__gt=heard) if heard else Q()
    last = sent.filter(state__in=[State.SENT, State.DEAD]).order_by("-created_at", "-pk").first()
    if last and last.state == State.DEAD and (heard is None or last.created_at > heard):
        return Found(Reading.BOUNCED, last.created_at, path, last.last_error, fallback)
    carried = sent.filter(state=State.SENT).exclude(handled_by="").aggregate(last=Max("sent_at"))["last"]
    if carried and (heard is None or carried > heard):
        heard = carried  # somebody keyed it or spoke with them
    asked = sent.filter(after, open_, kind__in=ASKING, state=State.SENT).order_by("sent_at").first()
    if asked and asked.sent_at and at - asked.sent_at > limit("silent") and (not heard or asked.sent_at > heard):
        return Found(Reading.SILENT, heard or asked.sent_at, path, "They were asked, and nothing came back.", fallback)
    if heard is None:
        why = f"Sent {in_full(last.created_at)}; nothing came back yet." if last else ""
        return Found(Reading.NEVER, last.created_at if last else None, path, why, fallback)
    old = at - heard > limit("unproven")
    return Found(Reading.UNPROVEN if old else Reading.PROVEN, heard, path, "", fallback)


@dataclass(frozen=True)
class _ByMachine:
    line: Line
    path: str
    fallbacks: tuple[str, ...]


def _line_of(desk: Desk, at: datetime) -> _ByMachine | None:
    """The line that leads to it, where an agreement in force goes by a machine; a troubled one before others."""
    to_it = Q(agreement__desk=desk) | Q(agreement__desk=None, agreement__promiser=desk.owner_id)
    lines = Line.objects.filter(to_it).select_related("agreement").order_by("trouble_since", "-answered_at", "pk")
    for line in lines[:20]:
        terms = terms_of(line, at)
        if terms and terms.exchange.channel.by_machine:
            ways = terms.exchange
            return _ByMachine(line, ways.channel.label, tuple(each.label for each in ways.fallbacks))
    return None


def _heard_on(desk: Desk) -> datetime | None:
    letters = RawMail.objects.filter(leg__to_desk=desk, fate=RawMail.Fate.FILED).aggregate(last=Max("arrived_at"))
    told = InboxItem.objects.filter(link__leg__to_desk=desk).aggregate(last=Max("arrived_at"))
    return _newest(letters["last"], told["last"])


def _newest(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each), default=None)


def _desks_to_ring(party: Party) -> str:
    numbers = [f"{desk}, {desk.telephone}" for desk in party.desks.order_by("pk") if desk.telephone]
    return "; ".join(numbers)
