"""What goes out and what comes in. The outbox is itself the queue; what came in is kept raw before anybody reads it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from crossdesk.access.sight import Sight
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.exchange.certificates import Certificate
from crossdesk.exchange.conformance.runs import ConformanceRun
from crossdesk.exchange.held import HeldChunk, HeldFile
from crossdesk.exchange.lines import Line, LineKey
from crossdesk.exchange.links import Link
from crossdesk.exchange.readings import Reach
from crossdesk.majors.models import MajorIncident
from crossdesk.notices.models import Recipient, Subscription
from crossdesk.status.models import Maintenance
from crossdesk.threads.models import DeskBound, Entry, ThreadBound


class OutboxItem(ThreadBound):
    """One letter or message to one address or link, written in the transaction of the entry that called for it."""

    class State(models.TextChoices):
        WAITING = "waiting", "to be sent"
        FAILED = "failed", "not accepted yet, tried again"
        SENT = "sent", "accepted at the other end"
        DEAD = "dead", "cannot be delivered"
        STOPPED = "stopped", "stopped before it was sent"
        BY_HAND = "by_hand", "waits for a person to carry it"

    UNSENT = (State.WAITING, State.FAILED)

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="letters")
    recipient = models.OneToOneField(Recipient, models.PROTECT, null=True, related_name="letter")
    incident = models.ForeignKey(MajorIncident, models.PROTECT, null=True, related_name="letters")
    maintenance = models.ForeignKey(Maintenance, models.PROTECT, null=True, related_name="letters")
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, related_name="letters")
    lead = models.ForeignKey(
        Desk,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Of the problem or review whose action it is about.",
    )
    leg = models.ForeignKey(Leg, models.PROTECT, null=True, related_name="letters")
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="sent", help_text="None: by mail.")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="letters")
    lane = models.CharField(max_length=320, help_text="Letters of one lane leave in their order; lanes never wait.")
    number = models.IntegerField(help_text="Its place in the lane, from 1.")
    kind = models.CharField(max_length=30, help_text="A folder of exchange/wording.")
    to_address = models.EmailField(max_length=254, blank=True)
    reader_seat = models.IntegerField(help_text="It is written with the eyes of this seat and tells nothing else.")
    asks = ArrayField(models.CharField(max_length=200), default=list, help_text="What the letter asks for by name.")
    message_id = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    raw = models.BinaryField(null=True, help_text="As it leaves, kept from the first attempt on.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, help_text="Somebody is sending it; after that somebody else may.")
    head = models.BooleanField(default=False, db_default=False, help_text="The next of its lane; kept by a trigger.")
    heard = models.IntegerField(default=0, help_text="How far the other direction was read when it was written.")
    last_error = models.CharField(max_length=500, blank=True)
    handled_by = models.CharField(max_length=160, blank=True, help_text="Who carried it, where a person has to.")
    handled_note = models.CharField(max_length=500, blank=True, help_text="How, with whom, and what they said.")
    fell_at = models.DateTimeField(null=True, help_text="When it took another way than the agreed one.")
    instead_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="instead", help_text="The message whose id and words it has."
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "number"], name="one_letter_per_place"),
            models.CheckConstraint(condition=~Q(to_address="", link=None), name="sent_to_somebody"),
            models.CheckConstraint(
                condition=Q(case__isnull=False, recipient=None, maintenance=None, incident=None, lead=None)
                | Q(case=None, recipient__isnull=False, maintenance=None, incident=None, lead=None)
                | Q(case=None, recipient=None, maintenance=None, incident__isnull=False, lead=None)
                | Q(case=None, recipient=None, maintenance=None, incident=None, lead__isnull=False)
                | Q(case=None, recipient=None, maintenance__isnull=False, subscription__isnull=False, incident=None)
                & Q(lead=None),
                name="a_letter_is_about_one_thing",
            ),
        ]
        indexes = [
            models.Index(
                "next_try_at", "id", name="letters_due", condition=Q(head=True, state__in=["waiting", "failed"])
            ),
            models.Index(
                "lane",
                "number",
                name="letters_ahead",
                condition=Q(state__in=["waiting", "failed"]) | Q(state="dead", link__isnull=False),
            ),
            models.Index("created_at", name="letters_dead", condition=Q(state="dead")),
            models.Index("created_at", name="messages_by_hand", condition=Q(state="by_hand")),
            models.Index(Upper("to_address"), "created_at", name="letters_to", condition=~Q(to_address="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_address or self.link}"

    @classmethod
    def next_in(cls, lane: str) -> int:
        """The place behind all that the lane ever had. The caller holds the lock of what the lane is about."""
        return (cls.objects.filter(lane=lane).aggregate(last=models.Max("number"))["last"] or 0) + 1

    @property
    def sender(self) -> Desk:
        """The desk that writes it."""
        if self.recipient:
            return self.recipient.briefing.incident.lead
        if self.incident:
            return self.incident.lead
        if self.maintenance:
            return self.maintenance.desk
        if self.lead:
            return self.lead
        if self.leg:
            return self.leg.from_desk
        assert self.case is not None
        return self.case.owner

    @property
    def said_as(self) -> str:
        """What machines know it by, whichever way it goes."""
        first = self
        while first.instead_of:
            first = first.instead_of
        return first.message_id.strip("<>").partition("@")[0]

    @property
    def to_its_desk(self) -> bool:
        """Written to the desk at the far end of its leg; an escalation tells our own people of the leg."""
        return self.leg is not None and self.reader_seat == self.leg.to_desk.seat_id

    @property
    def about(self) -> str:
        return (
            self.recipient.briefing.incident.reference
            if self.recipient
            else str(self.incident or self.maintenance or self.case or self.entry.facts["reference"])
        )


class RawMail(DeskBound):
    """A letter as it arrived. Its fate is always one word and a reason, so that none is ever lost from sight."""

    class Fate(models.TextChoices):
        WAITING = "waiting", "not read yet"
        FILED = "filed", "filed"
        UNMATCHED = "unmatched", "needs a person"
        QUARANTINED = "quarantined", "held back"
        IGNORED = "ignored", "set aside"

    FOR_PEOPLE = (Fate.UNMATCHED, Fate.QUARANTINED)

    content = models.BinaryField()
    opened = models.BinaryField(null=True, help_text="The letter without its seal, where it was encrypted to us.")
    sha256 = models.CharField(max_length=64, unique=True, help_text="The same letter offered twice is one letter.")
    envelope_from = models.CharField(max_length=320, null=True)  # noqa: DJ001 - "" is the null path, None is unknown
    envelope_to = ArrayField(models.CharField(max_length=320), default=list)
    transport = models.CharField(max_length=4)
    arrived_at = models.DateTimeField()
    fate = models.CharField(max_length=12, choices=Fate.choices, default=Fate.WAITING)
    why = models.CharField(max_length=500, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=998, blank=True)
    message_id = models.CharField(max_length=998, blank=True)
    essence = models.CharField(max_length=64, blank=True, help_text="The letter without its journey, to tell copies.")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="mail")
    leg = models.ForeignKey(Leg, models.PROTECT, null=True, related_name="mail")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="mail")
    said_id = models.CharField(max_length=200, blank=True, help_text="Of the message in it that was applied.")
    said_seq = models.IntegerField(default=0)
    signature = models.CharField(max_length=300, blank=True, help_text="What was found of its S/MIME signature.")
    attempts = models.IntegerField(default=0)
    handled_by = models.CharField(max_length=120, blank=True, help_text="The person who decided, where one had to.")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("arrived_at", name="mail_waiting", condition=Q(fate="waiting")),
            models.Index("arrived_at", name="mail_for_people", condition=Q(fate__in=["unmatched", "quarantined"])),
            models.Index("essence", name="mail_essence", condition=~Q(essence="")),
            models.Index(fields=["leg", "-arrived_at"], name="mail_of_leg"),
            models.Index(fields=["sender", "-arrived_at"], name="mail_of_sender"),
        ]

    @property
    def readable(self) -> bytes:
        """As people and machines read it; `content` stays what came."""
        return bytes(self.opened if self.opened is not None else self.content)

    def __str__(self) -> str:
        return f"{self.subject or 'A letter without a subject'} from {self.sender or 'nobody'}"


class InboxItem(DeskBound):
    """One message of a machine as it arrived. Kept before it is read, applied once and in its order."""

    class Fate(models.TextChoices):
        WAITING = "waiting", "waits for the one before it"
        APPLIED = "applied", "applied"
        REFUSED = "refused", "needs a person"
        SET_ASIDE = "set_aside", "set aside"

    UNDECIDED = (Fate.WAITING, Fate.REFUSED)

    line = models.ForeignKey(Line, models.PROTECT, related_name="inbox")
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="received")
    message_id = models.CharField(max_length=200)
    token = models.CharField(max_length=80, help_text="The link it names.")
    seq = models.IntegerField()
    after = models.IntegerField(default=0, help_text="Which message of theirs has to be applied before it.")
    heard = models.IntegerField(default=0)
    kind = models.CharField(max_length=30)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    arrived_at = models.DateTimeField()
    fate = models.CharField(max_length=9, choices=Fate.choices, default=Fate.WAITING)
    why = models.CharField(max_length=500, blank=True)
    repeats = models.IntegerField(default=0, help_text="How often it was offered again.")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="inbox")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="inbox")
    decided_by = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "message_id"], name="one_message_per_id")]
        indexes = [
            models.Index("line", "token", "seq", name="messages_waiting", condition=Q(fate="waiting")),
            models.Index("arrived_at", name="messages_for_people", condition=Q(fate="refused")),
            models.Index("link", "seq", name="messages_of_a_link"),
        ]

    def __str__(self) -> str:
        return f"message {self.seq} of {self.token}"


class Brake(ThreadBound):
    """Kept after it was let go: counting begins anew then, and it says who let it go."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="brakes")
    lane = models.CharField(max_length=320, help_text="Of the outbox: what is held.")
    why = models.CharField(max_length=300)
    pulled_at = models.DateTimeField()
    let_go_at = models.DateTimeField(null=True)
    let_go_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane"], condition=Q(let_go_at=None), name="one_brake_on_a_lane")
        ]
        indexes = [models.Index(fields=["lane", "-let_go_at"], name="brakes_of_a_lane")]

    def __str__(self) -> str:
        return f"the brake on {self.lane}"


class SenderNote(DeskBound):
    """What one desk noted about a sender, in one hand and for one desk."""

    address = models.CharField(max_length=320, db_index=True)
    words = models.CharField(max_length=500)
    turned_away = models.BooleanField(default=False, help_text="Letters that match nothing are set aside at once.")
    noted_by = models.CharField(max_length=120)
    noted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.address}: {self.words}"


class SunkMail(DeskBound):
    """Where the letters of a demonstration end: shown on a page and passed on to nobody."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    to = ArrayField(models.CharField(max_length=320), default=list)
    subject = models.CharField(max_length=998, blank=True)
    arrived_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-arrived_at"], name="sunk_newest")]

    def __str__(self) -> str:
        return self.subject


class ReadUpTo(models.Model):
    """How far a polled mailbox has been read."""

    sight = Sight.MACHINERY

    mailbox = models.CharField(max_length=320, unique=True)
    numbering = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    again = ArrayField(models.BigIntegerField(), default=list)
    place = models.JSONField(default=dict, help_text="Where the mailbox has no numbers: the link to go on by.")
    trouble = models.CharField(max_length=500, blank=True, help_text="Why it cannot be read at present.")
    trouble_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.mailbox} up to {self.last}"


__all__ = [
    "Brake",
    "Certificate",
    "ConformanceRun",
    "HeldChunk",
    "HeldFile",
    "InboxItem",
    "Line",
    "LineKey",
    "Link",
    "OutboxItem",
    "RawMail",
    "Reach",
    "ReadUpTo",
    "SenderNote",
    "SunkMail",
]
