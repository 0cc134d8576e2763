"""A view of a desk's queue that somebody keeps under a name of their own."""

from __future__ import annotations

from typing import Any

from django.db import models

from crossdesk.access import Invalid, NotAllowed
from crossdesk.desks.models import Desk
from crossdesk.threads.models import DeskBound
from crossdesk.threads.viewer import Viewer, verbs

AT_MOST = 12
LONGEST = 40


class SavedView(DeskBound):
    """Only its keeper is shown it; the desk's seat lets it be read where that desk's queue is."""

    person = models.BigIntegerField()
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST)
    asked = models.JSONField(help_text="The view and the filters, as they stand in the queue's address.")

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["person", "desk", "name"], name="one_saved_view_per_name")]

    def __str__(self) -> str:
        return self.name


def saved_views(by: Viewer, desk: int) -> list[SavedView]:
    return list(SavedView.objects.filter(person=by.person or 0, desk=desk))


def keep_view(desk: int, *, name: str, asked: dict[str, Any], by: Viewer) -> SavedView:
    """The same name again replaces what stood under it."""
    name = " ".join(name.replace("\0", "").split())
    if not by.works_at(desk):
        raise NotAllowed("You work at no such desk.")
    if not name:
        raise Invalid("Give the view a name; it was not kept.")
    if len(name) > LONGEST:
        raise Invalid(f"Give the view a name of at most {LONGEST} characters; it was not kept.")
    with verbs():
        mine = SavedView.objects.filter(person=by.person or 0, desk=desk)
        if mine.exclude(name=name).count() >= AT_MOST:
            raise Invalid(f"You keep {AT_MOST} views of this desk already; remove one first.")
        seat = Desk.objects.values_list("seat", flat=True).get(pk=desk)
        kept, _ = SavedView.objects.update_or_create(
            person=by.person or 0, desk_id=desk, name=name, defaults={"asked": asked, "seats": [seat]}
        )
    return kept


def remove_view(pk: int, *, by: Viewer) -> None:
    """Somebody else's is as if it were not there."""
    with verbs():
        SavedView.objects.filter(pk=pk, person=by.person or 0, desk__in=by.desks).delete()
