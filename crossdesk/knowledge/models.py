"""Knowledge articles: what readers see, what is being written, each version, its files, and what it solved.

Competitors read one article. Its row and its versions hold only what all its readers may see; what is being written,
who said what about it and which case it came from are its desk's.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from crossdesk.access.sight import Sight
from crossdesk.desks.models import Desk
from crossdesk.knowledge.lifecycle import State
from crossdesk.parties.models import Party
from crossdesk.threads.models import DeskBound, Thread, ThreadBound
from crossdesk.threads.recording import Audience

READ_WHEN = "everyone and (select viewer_signed_in()) or reaches && (select viewer_market_roles())"
"""Roles and signing in are asked when it is read: whoever joins the market reads at once, whoever leaves no longer."""


class Audienced(ThreadBound):
    """Read by the desk that owns it and the seats it names, by everyone signed in, or by who holds one of the roles."""

    public_when = READ_WHEN

    everyone = models.BooleanField(default=False)
    reaches = ArrayField(models.CharField(max_length=40), default=list, help_text="Keys of market/roles.toml.")

    class Meta:
        abstract = True


class Wording(models.Model):
    """What a person writes of an article."""

    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=400, blank=True, help_text="What it answers, in a sentence or two.")
    words = models.TextField(blank=True, help_text="Markdown.")
    codes = ArrayField(models.CharField(max_length=20), default=list, help_text="Error codes and interfaces.")
    systems = ArrayField(models.CharField(max_length=20), default=list, help_text="Keys of market/systems.toml.")

    class Meta:
        abstract = True


class Article(Audienced, Wording):
    """As its readers have it now: the words of its newest version. Before the first one only its desk sees it."""

    class For(models.TextChoices):
        DESK = "desk", "the desk alone"
        PARTIES = "parties", "named organisations"
        ROLES = "roles", "market roles"
        EVERYONE = "everyone", "everyone signed in"

    thread = models.OneToOneField(Thread, models.PROTECT, primary_key=True, related_name="article")
    reference = models.CharField(max_length=16, unique=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="articles")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(max_length=8, choices=For.choices, default=For.DESK)
    version = models.SmallIntegerField(default=0)
    review_by = models.DateField(null=True)
    begun_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, help_text="When the newest version came out.")
    demonstration = models.BooleanField(default=False)
    sought = models.TextField(blank=True, help_text="Its codes, written together, as a search asks for them.")
    tsv = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("sought", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector("words", weight="D", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ("-published_at", "-begun_at")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(version__gt=0, published_at__isnull=False, review_by__isnull=False),
                name="a_published_article_has_a_version",
            ),
            models.CheckConstraint(condition=Q(audience="everyone") | Q(everyone=False), name="everyone_is_said"),
        ]
        indexes = [
            GinIndex(fields=["tsv"], name="article_for_everyone", condition=Q(everyone=True, state="published")),
            GinIndex(fields=["seats", "tsv"], name="article_by_seat", condition=Q(state="published")),
            GinIndex(
                fields=["reaches", "tsv"], name="article_by_role", condition=Q(audience="roles", state="published")
            ),
            models.Index("review_by", name="article_to_review", condition=Q(state="published")),
            models.Index(fields=["-published_at"], name="article_newest", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.reference

    def internal(self) -> Audience:
        return Audience("internal", (self.desk.seat_id,), self.desk_id)

    def overdue(self, on: date) -> bool:
        return self.state == State.PUBLISHED and self.review_by is not None and self.review_by < on


class Draft(DeskBound, Wording):
    """What the desk is writing, until it is published or dropped. `edition` counts the writings of it."""

    article = models.OneToOneField(Article, models.PROTECT, primary_key=True, related_name="draft")
    edition = models.SmallIntegerField(default=1)
    written_by = models.CharField(max_length=200)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Version(Audienced, Wording):
    """One published wording. It never gains readers; it loses those that a later audience leaves out."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    change = models.CharField(max_length=300, blank=True, help_text="What is new, for its readers.")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.article_id}"


class Attachment(Audienced):
    """A file of an article. Its bytes stand in chunks under the same readers, who get it when it is published."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    since = models.SmallIntegerField(null=True, help_text="The version it came out with.")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class AttachmentChunk(Audienced):
    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="one_attached_chunk_per_number")]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class Answer(ThreadBound):
    """One person said whether an article solved it. For the desk, and for the person's own organisation."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="answers")
    version = models.SmallIntegerField()
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.BigIntegerField()
    solved = models.BooleanField()
    raising = models.BooleanField(help_text="Said while raising a case, so that a yes may spare one.")
    words = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, help_text="The same person raised a case soon after all the same.")

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["article", "person", "party"], name="one_answer_per_person"),
            models.CheckConstraint(
                condition=Q(raised_at=None) | Q(raising=True), name="only_a_raiser_raises_after_all"
            ),
        ]
        indexes = [models.Index(fields=["person", "at"], name="answers_while_raising", condition=Q(raising=True))]

    def __str__(self) -> str:
        return f"{'solved' if self.solved else 'did not solve'} {self.article_id}"


class Word(models.Model):
    """A word of articles that everyone reads, and in how many: what spelling help may draw on, and nothing else."""

    sight = Sight.PUBLIC

    word = models.CharField(max_length=40, primary_key=True)
    articles = models.IntegerField(default=0)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="word_alike", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word
