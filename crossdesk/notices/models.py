"""Updates of a major incident: the fact sheet with its marks, whom it goes to, and what became of each letter."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from crossdesk.access.sight import Sight
from crossdesk.desks.models import Desk
from crossdesk.majors.models import MajorIncident
from crossdesk.parties.models import Party
from crossdesk.threads.models import PartyBound, Thread, ThreadBound


class Bulletin(ThreadBound):
    """What those read who are told and are not in the war room: a thread of its own, so that being told opens no door.

    Its row says nothing that the narrowest and the widest of its readers may not both know.
    """

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="bulletin")
    incident = models.OneToOneField(MajorIncident, models.PROTECT, related_name="bulletin")
    reference = models.CharField(max_length=16)
    system = models.CharField(max_length=20, blank=True)
    next_update_by = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at",)

    def __str__(self) -> str:
        return f"Updates of {self.reference}"


class Briefing(ThreadBound):
    """One update, written once. Only the lead desk reads it whole; everybody else reads what is rendered for them."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ASKED = "asked", "Waits for a second person"
        LEAVING = "leaving", "Leaves in a moment"
        OUT = "out", "Sent"
        STOPPED = "stopped", "Stopped"

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="briefings")
    number = models.SmallIntegerField()
    title = models.CharField(max_length=140, help_text="Everybody it goes to reads it.")
    audiences = ArrayField(models.CharField(max_length=20), default=list, help_text="Keys of market/comms.toml.")
    next_update_by = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True, help_text="The person who pressed send first.")
    asked_name = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(null=True)
    agreed_by = models.BigIntegerField(null=True)
    agreed_name = models.CharField(max_length=200, blank=True)
    leaves_at = models.DateTimeField(null=True)
    out_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="one_update_per_number"),
            models.UniqueConstraint(
                fields=["incident"], condition=Q(state__in=["draft", "asked", "leaving"]), name="one_update_in_hand"
            ),
            models.CheckConstraint(
                condition=~Q(state="leaving") | Q(leaves_at__isnull=False, asked_at__isnull=False),
                name="a_leaving_update_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=models.F("asked_by")), name="a_second_person_is_another"
            ),
        ]
        indexes = [models.Index("leaves_at", name="updates_leaving", condition=Q(state="leaving"))]

    def __str__(self) -> str:
        return f"Update {self.number} of {self.incident.reference}"

    @property
    def in_hand(self) -> bool:
        return self.state in {self.State.DRAFT, self.State.ASKED, self.State.LEAVING}


class Line(ThreadBound):
    """One statement of the fact sheet, with the widest audience that may read it."""

    class Part(models.TextChoices):
        HAPPENED = "happened", "What happened"
        AFFECTED = "affected", "What is affected"
        DOING = "doing", "What is being done"
        YOU = "you", "What you should do"
        WORKAROUND = "workaround", "Workaround"

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="lines")
    number = models.SmallIntegerField()
    part = models.CharField(max_length=10, choices=Part.choices)
    words = models.TextField()
    mark = models.CharField(max_length=20, default="lead")

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["briefing", "number"], name="one_line_per_number")]

    def __str__(self) -> str:
        return self.words[:60]


class Enclosure(ThreadBound):
    """A file that goes along, to those who may read its mark."""

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    mark = models.CharField(max_length=20, default="lead")

    def __str__(self) -> str:
        return self.name


class Recipient(ThreadBound):
    """One address of one update, and what became of its letter. No recipient is ever shown to another."""

    class State(models.TextChoices):
        WAITING = "waiting", "to be sent"
        SENT = "sent", "accepted by their mail server"
        BOUNCED = "bounced", "cannot be delivered"
        STOPPED = "stopped", "stopped before it left"
        NO_ADDRESS = "no_address", "no address; reads it here"
        QUIET = "quiet", "asked not to be written to"

    briefing = models.ForeignKey(Briefing, models.PROTECT, related_name="recipients")
    audience = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=254, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    reader_seat = models.IntegerField(help_text="The letter is written with the eyes of this seat.")
    subscription = models.ForeignKey("Subscription", models.PROTECT, null=True, related_name="+")
    cases = ArrayField(models.CharField(max_length=16), default=list, help_text="The party's own, named to it alone.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    because = models.CharField(max_length=500, blank=True)
    state_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "address")
        constraints = [
            models.UniqueConstraint(
                "briefing", Lower("address"), condition=~Q(address=""), name="one_letter_per_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.address}".strip()


class NamedReader(ThreadBound):
    """An executive or a regulator whom a desk tells of its major incidents, kept by name."""

    class Kind(models.TextChoices):
        EXECUTIVE = "executive", "Executive"
        REGULATOR = "regulator", "Regulator"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="named_readers")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120)
    address = models.EmailField(max_length=254)
    telephone = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    recorded_by = models.CharField(max_length=160)
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("organisation", "name")
        constraints = [
            models.UniqueConstraint(
                Lower("address"), "desk", condition=Q(until=None), name="one_named_reader_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"


class Subscription(PartyBound):
    """An address that wants to hear of a system, given by its party."""

    system = models.CharField(max_length=20)
    party = models.ForeignKey(Party, models.PROTECT, related_name="subscriptions")
    name = models.CharField(max_length=160)
    address = models.EmailField(max_length=254)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ("system", "address")
        constraints = [
            models.UniqueConstraint(
                Lower("address"), "system", condition=Q(until=None), name="one_subscription_per_address_and_system"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} on {self.system}"


class Quiet(ThreadBound):
    """An address that wants no more letters about one major incident."""

    incident = models.ForeignKey(MajorIncident, models.PROTECT, related_name="+")
    address = models.EmailField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("incident", Lower("address"), name="quiet_once")]

    def __str__(self) -> str:
        return f"{self.address} about {self.incident_id}"


class Post(models.Model):
    """What was said to everybody: the one thing here that anybody may read, signed in or not."""

    sight = Sight.PUBLIC

    incident = models.CharField(max_length=16, help_text="Its reference.")
    number = models.SmallIntegerField()
    system = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=140)
    words = models.TextField()
    at = models.DateTimeField()
    next_update_by = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="one_post_per_update")]

    def __str__(self) -> str:
        return self.title
