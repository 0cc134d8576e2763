"""What people read of the journal: what was given, which messages fail, sums by half-hour, and the faults noticed
in them.

The events themselves are no rows: they lie as Parquet in the state folder.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight
from crossdesk.cases.models import Case
from crossdesk.desks.models import Desk
from crossdesk.parties.models import Party
from crossdesk.threads.models import DeskBound, PartyBound, Thread, ThreadBound


class Side(models.TextChoices):
    """Whose side a failure is on, as market/journal.toml reads a status."""

    SENDER = "sender", "the sender's messages"
    RECIPIENT = "recipient", "the recipient's own system"
    ENDPOINT = "endpoint", "the recipient's endpoint"
    DIP = "dip", "the DIP"


class Feed(DeskBound):
    """One file or batch of events as it was given, and what became of its lines."""

    sight = Sight.DESK

    class Way(models.TextChoices):
        FILE = "file", "by command"
        PAGE = "page", "on the page"
        PUSH = "push", "pushed by a machine"
        FOLDER = "folder", "from the followed folder"
        STREAM = "stream", "from a stream"

    class State(models.TextChoices):
        WAITING = "waiting", "to be read"
        READ = "read", "read"
        FAILED = "failed", "cannot be read"

    name = models.CharField(max_length=160)
    way = models.CharField(max_length=6, choices=Way.choices)
    given_by = models.CharField(max_length=160)
    given_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32, unique=True, help_text="The same bytes given twice are one feed.")
    size = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    trouble = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)
    lines = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    without_mpan = models.BigIntegerField(default=0, help_text="Taken, but the MPAN on it is none.")
    contradictory = models.BigIntegerField(default=0, help_text="Moments at which a message both failed and did not.")
    reasons = models.JSONField(default=dict, help_text="Why lines were rejected, and how many.")
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-given_at"], name="feeds_newest"),
            models.Index(fields=["id"], name="feeds_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.name


class RejectedLine(DeskBound):
    """A line that is no event, and why: the first of each feed. All of them lie beside the feed in the state folder."""

    sight = Sight.DESK

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="rejected_lines")
    line = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("line", "pk")

    def __str__(self) -> str:
        return f"line {self.line} {self.reason}"


class Failing(PartyBound):
    """A message that failed on its way to one recipient: read by its sender, its recipient and the operator's desk."""

    sight = Sight.PARTY

    message = models.CharField(max_length=200)
    recipient = models.CharField(max_length=20, blank=True, help_text="None while it had not been addressed yet.")
    sender = models.CharField(max_length=20, blank=True)
    interface = models.CharField(max_length=12)
    event = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20, blank=True)
    side = models.CharField(max_length=9, choices=Side.choices)
    stage = models.SmallIntegerField()
    status = models.CharField(max_length=40)
    mpan = models.CharField(max_length=13, blank=True)
    transaction = models.CharField(max_length=65, blank=True)
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(help_text="When it first failed.")
    last_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "recipient"], name="one_row_per_failing_delivery")]
        indexes = [
            models.Index(fields=["interface", "event", "code", "last_at"], name="failing_by_kind"),
            models.Index(fields=["recipient", "last_at"], name="failing_by_recipient"),
            models.Index(fields=["sender", "last_at"], name="failing_by_sender"),
            models.Index(fields=["last_at"], name="failing_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.interface} {self.status}"


class HalfHour(ThreadBound):
    """What one interface carried in a half-hour. Published where so many take part that nobody can subtract a rival.

    A message under way when the half-hour ends was carried in both.
    """

    public_when: ClassVar[str] = "shown"

    begins_at = models.DateTimeField()
    interface = models.CharField(max_length=12)
    messages = models.BigIntegerField()
    failing = models.BigIntegerField()
    late = models.BigIntegerField()
    mpans = models.BigIntegerField()
    senders = models.IntegerField()
    recipients = models.IntegerField()
    shown = models.BooleanField(help_text="Enough senders, and enough recipients or one alone, make it up.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["begins_at", "interface"], name="one_half_hour_per_interface")]

    def __str__(self) -> str:
        return f"{self.interface} at {self.begins_at:%Y-%m-%d %H:%M}"


class Share(PartyBound):
    """One participant's part of it, as sender or as recipient."""

    sight = Sight.PARTY

    begins_at = models.DateTimeField()
    interface = models.CharField(max_length=12)
    dip_id = models.CharField(max_length=20)
    way = models.CharField(max_length=8, help_text="sent or received")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", help_text="Whose id it is, if known.")
    messages = models.BigIntegerField()
    failing = models.BigIntegerField()
    own = models.BigIntegerField(help_text="Failures on this participant's own side.")
    late = models.BigIntegerField()
    mpans = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["begins_at", "interface", "dip_id", "way"], name="one_share_per_half_hour")
        ]
        indexes = [models.Index(fields=["party", "begins_at"], name="shares_of_party")]

    def __str__(self) -> str:
        return f"{self.dip_id} {self.way} {self.interface}"


class Fault(DeskBound):
    """Something that a detector noticed, proposed to the operator's desk: one for each group that is going on."""

    sight = Sight.DESK

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        CONFIRMED = "confirmed", "confirmed"
        DISMISSED = "dismissed", "dismissed"
        FOLDED = "folded", "part of a wider fault"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="fault")
    detector = models.CharField(max_length=60)
    interface = models.CharField(max_length=12, blank=True)
    event = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20, blank=True)
    side = models.CharField(max_length=9, choices=Side.choices, blank=True)
    sender = models.CharField(max_length=20, blank=True)
    recipient = models.CharField(max_length=20, blank=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", help_text="To whom it is proposed.")
    suspected = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    since = models.DateTimeField()
    noticed_at = models.DateTimeField()
    last_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    because = models.CharField(max_length=300)
    messages = models.IntegerField(default=0)
    mpans = models.IntegerField(default=0)
    senders = models.IntegerField(default=0)
    recipients = models.IntegerField(default=0)
    given = models.IntegerField(default=0, help_text="Of its MPANs, how many stand on the case.")
    joins = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+", help_text="An open case it matches.")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="faults")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=160, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["detector", "interface", "event", "code", "side", "sender", "recipient"],
                condition=Q(over_at=None),
                name="one_fault_going_on",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", case__isnull=False) | ~Q(state="confirmed") & Q(case=None),
                name="confirmed_faults_have_a_case",
            ),
        ]
        indexes = [models.Index(fields=["-last_at"], name="faults_newest")]

    def __str__(self) -> str:
        return self.because


class Concern(PartyBound):
    """What a fault is to one participant: read by its own people, without who else is concerned."""

    sight = Sight.PARTY

    fault = models.ForeignKey(Fault, models.CASCADE, related_name="concerns")
    dip_id = models.CharField(max_length=20)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    at_fault = models.BooleanField(help_text="The failure is on this participant's side.")
    detector = models.CharField(max_length=60)
    interface = models.CharField(max_length=12, blank=True)
    event = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20, blank=True)
    side = models.CharField(max_length=9, choices=Side.choices, blank=True)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    messages = models.IntegerField()
    mpans = models.IntegerField()
    others = models.IntegerField(help_text="How many other participants it concerns.")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fault", "dip_id"], name="one_concern_per_participant")]
        indexes = [models.Index(fields=["party", "-last_at"], name="concerns_of_party")]

    def __str__(self) -> str:
        return f"{self.dip_id}: {self.interface} {self.code}"


class Counted(models.Model):
    """What a detector's group counted in a half-hour: what later half-hours of the same place in the week are held
    to."""

    sight = Sight.MACHINERY

    detector = models.CharField(max_length=60)
    interface = models.CharField(max_length=12, blank=True)
    event = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20, blank=True)
    side = models.CharField(max_length=9, blank=True)
    sender = models.CharField(max_length=20, blank=True)
    recipient = models.CharField(max_length=20, blank=True)
    measure = models.CharField(max_length=10)
    begins_at = models.DateTimeField()
    count = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "begins_at", "detector", "interface", "event", "code", "side", "sender", "recipient", "measure",
                ],
                name="counted_once",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.detector}: {self.count} {self.measure}"
