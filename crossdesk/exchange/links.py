"""A link: one leg, or the raiser's side of a case, and the ticket it is in another organisation's tool."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q

from crossdesk.access import NotAllowed
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.agreements import for_engagement, in_force, newest_begun
from crossdesk.desks.models import Agreement, Desk, Terms
from crossdesk.desks.ways import Channel, Meaning, Ways
from crossdesk.exchange.lines import Line, open_line
from crossdesk.parties.models import Party
from crossdesk.threads.models import ThreadBound


class Link(ThreadBound):
    """With a leg: we asked, and the far desk's ticket is that leg. Without: they raised the case, and wait for us."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    leg = models.OneToOneField(Leg, models.PROTECT, null=True, related_name="link")
    line = models.ForeignKey(Line, models.PROTECT, related_name="links")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    token = models.CharField(max_length=80, help_text="What both sides call the link; made by whoever asked.")
    their_id = models.CharField(max_length=200, blank=True, help_text="Their system's own key, a sys_id for one.")
    their_number = models.CharField(max_length=60, blank=True)
    their_state = models.CharField(max_length=80, blank=True, help_text="As they wrote it.")
    meaning = models.CharField(max_length=12, choices=Meaning.choices, blank=True)
    their_version = models.CharField(max_length=80, blank=True)
    their_fields = models.JSONField(default=dict, help_text="By our name, how the agreed fields read last.")
    our_fields = models.JSONField(default=dict, help_text="By our name, what we last said in them, and if it arrived.")
    heard = models.IntegerField(default=0, help_text="Number of the last message of theirs that was applied.")
    hops = models.SmallIntegerField(default=0, help_text="Installations between the first raiser and us.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "token"], name="one_link_per_token"),
            models.UniqueConstraint(fields=["line", "their_id"], condition=~Q(their_id=""), name="one_link_per_ticket"),
            models.UniqueConstraint(fields=["case"], condition=Q(leg=None), name="one_link_to_the_raiser"),
        ]
        indexes = [models.Index(fields=["their_number"], name="link_by_their_number", condition=~Q(their_number=""))]

    def __str__(self) -> str:
        return f"{self.their_number or 'no number yet'} on {self.line}"

    @property
    def asked(self) -> bool:
        """We engaged them; otherwise they raised it here."""
        return self.leg_id is not None

    @property
    def on_the_way(self) -> dict[str, str]:
        """Fields of ours that nobody has told us yet to have arrived."""
        return {name: each["said"] for name, each in self.our_fields.items() if not each["there"]}

    @property
    def our_seats(self) -> list[int]:
        """Those of the desk at our end, or of whoever is named instead."""
        desk = self.leg.from_desk if self.leg else self.case.owner
        return [self.case.seat_for(desk.seat_id)]


def machine_terms(promiser: Party, other: int, desk: Desk | None, at: datetime) -> Terms | None:
    """How `promiser` is reached by machine from the party `other`, where they agreed on it."""
    terms = for_engagement(desk, other, at) if desk else _general(promiser, other, at)
    return terms if terms and terms.exchange.channel.by_machine else None


def require_named(terms: Terms | None, key: str) -> None:
    """An agreement that names those whose word counts lets no other key of that party send."""
    named = terms.exchange.may_send if terms else ()
    if named and key not in named:
        raise NotAllowed(f"The agreement does not name the key “{key}” among those that may send; propose it there.")


def _general(promiser: Party, other: int, at: datetime) -> Terms | None:
    """Any agreement by which a party is told of its own cases: what it wants to be told by stands in one of them."""
    for agreement in Agreement.objects.filter(promiser=promiser, other=other).prefetch_related("versions"):
        terms = in_force(agreement.versions.all(), at)
        if terms and terms.exchange.channel.by_machine:
            return terms
    return None


def link_leg(leg: Leg, at: datetime) -> Link | None:
    """Made once, when the leg is: another agreement does not move a conversation that has begun."""
    terms = for_engagement(leg.to_desk, leg.from_desk.owner_id, at)
    if terms is None or terms.exchange.channel is Channel.MAIL:
        return None
    return Link.objects.create(
        case=leg.case,
        leg=leg,
        line=open_line(terms.agreement, at),
        channel=terms.exchange.channel,
        token=f"{leg.case.reference}.{leg.number}.{secrets.token_hex(8)}",
        created_at=at,
        seats=[leg.case.seat_for(leg.from_desk.seat_id)],
    )


def link_raiser(case: Case, terms: Terms, token: str, *, at: datetime, hops: int = 0, number: str = "") -> Link:
    return Link.objects.create(
        case=case,
        line=open_line(terms.agreement, at),
        channel=terms.exchange.channel,
        token=token,
        their_number=number,
        hops=hops,
        created_at=at,
        seats=[case.seat_for(case.owner.seat_id)],
    )


def ways_of(link: Link, at: datetime) -> Ways:
    """As agreed now: a mended address or state map counts for what is open too, and outlives the agreement's end."""
    return exchanging(link, terms_of(link.line, at))


def exchanging_on(terms: Terms | None) -> Ways:
    return terms.exchange if terms else Ways()


def exchanging(link: Link, terms: Terms | None) -> Ways:
    return terms.exchange if terms else Ways(channel=Channel(link.channel))


def terms_of(line: Line, at: datetime) -> Terms | None:
    return newest_begun(line.agreement.versions.all(), at)
