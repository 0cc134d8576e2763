"""The row that says which known error answers a case."""

from __future__ import annotations

from django.db import models

from crossdesk.known_errors.models import KnownError
from crossdesk.threads.models import ThreadBound


class KnownLink(ThreadBound):
    """Read by the case's desk, by the known error's, and by the raiser while it is published to them."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="known_links")
    known_error = models.ForeignKey(KnownError, models.PROTECT, related_name="links")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, help_text="When the case was told that it is fixed.")

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=["case", "known_error"], name="one_link_per_known_error")]
        indexes = [models.Index(fields=["known_error", "at"], name="known_link_since")]

    def __str__(self) -> str:
        return f"{self.case_id} answered by {self.known_error_id}"
