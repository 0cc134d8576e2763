"""A review that was asked for, kept on its case until somebody concludes it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crossdesk.threads.models import Entry, ThreadBound

AT_MOST = 100


class ReviewAsk(ThreadBound):
    """Its words stand in its entry, where they can be erased. Only the owning desk reads it."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="review_asks")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    rule = models.CharField(
        max_length=60, blank=True, help_text="A case_review of market/reviews.toml; empty: a manager."
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    person = models.BigIntegerField(null=True, help_text="Who has it; nobody yet where empty.")
    person_name = models.CharField(max_length=120, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["case", "rule"], condition=Q(done_at=None), name="one_open_ask_per_reason")
        ]
        indexes = [models.Index(fields=["due_at"], name="reviews_to_do", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"review of {self.case_id}"


def asked_of(desk: int, done: bool = False) -> list[ReviewAsk]:
    """Read as the viewer: those of the desk's cases, the soonest due first; of those done the latest."""
    rows = ReviewAsk.objects.filter(case__owner=desk, done_at__isnull=not done).select_related("case", "entry__body")
    return list(rows.order_by("-done_at" if done else "due_at", "pk")[:AT_MOST])
