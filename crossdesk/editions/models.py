"""The rules as they were applied: whole editions, immutable, which every process reads."""

from __future__ import annotations

from django.db import models

from crossdesk.access.sight import Sight


class Edition(models.Model):
    sight = Sight.PUBLIC
    append_only = True

    digest = models.CharField(max_length=64)
    rules = models.JSONField()
    applied_at = models.DateTimeField()
    applied_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"edition {self.digest[:12]} of {self.applied_at:%Y-%m-%d}"
