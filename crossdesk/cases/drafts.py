"""What somebody has begun to raise and not raised yet: hers alone, until it is raised, thrown away or too old."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet

from crossdesk.access import Invalid, NotAllowed
from crossdesk.access.sight import Sight
from crossdesk.parties.models import Party, Person, Seat
from crossdesk.threads.viewer import Viewer, verbs

KEPT_FOR = timedelta(days=30)
LARGEST = 2 * 2**20
AT_MOST = 20


class Draft(models.Model):
    """Not a thread: nobody else reads it, no desk counts it, and it leaves no entry."""

    sight = Sight.PERSON

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    item = models.CharField(max_length=60, blank=True, db_default="", help_text="Of the catalogue; a case where none.")
    summary = models.CharField(max_length=200)
    words = models.JSONField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["person", "party", "-kept_at"], name="draft_of_a_person")]

    def __str__(self) -> str:
        return self.summary


def mine(viewer: Viewer) -> QuerySet[Draft]:
    """For the party she acts for now; those she wrote for another wait until she acts for it again."""
    return Draft.objects.filter(person=viewer.person, party=viewer.party).order_by("-kept_at").defer("words")


def keep(
    draft: uuid.UUID, words: Mapping[str, Any], *, summary: str, by: Viewer, at: datetime, item: str = ""
) -> Draft:
    """The same draft again is written over. The page chose its id, so that a repeated send makes no second one."""
    if by.person is None or by.party_seat is None:
        raise NotAllowed("Only somebody who signs in keeps drafts.")
    if len(json.dumps(words)) > LARGEST:
        raise Invalid("The draft holds more than 2 MB of words. Put the list into a CSV file and choose that instead.")
    with verbs():
        known = Draft.objects.select_for_update().filter(pk=draft).first()
        if known and (known.person_id, known.party_id) != (by.person, by.party):
            raise NotAllowed("This draft is not yours; begin a new one.")
        kept = known or Draft(pk=draft, person_id=by.person, party_id=by.party, seat_id=by.party_seat)
        kept.summary, kept.words, kept.kept_at, kept.item = summary[:200], dict(words), at, item[:60]
        kept.save(force_insert=known is None)
        held = Draft.objects.filter(person=by.person, party=by.party).order_by("-kept_at")
        Draft.objects.filter(pk__in=list(held.values_list("pk", flat=True)[AT_MOST:])).delete()
    return kept


def throw_away(draft: uuid.UUID, *, by: Viewer) -> None:
    with verbs():
        Draft.objects.filter(pk=draft, person=by.person, party=by.party).delete()


def expire(at: datetime) -> int:
    with verbs():
        return Draft.objects.filter(kept_at__lt=at - KEPT_FOR).delete()[0]
