"""What a party's tool said about a ticket that a case and a leg have no place for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from crossdesk.cases.models import Case
from crossdesk.parties.models import Party
from crossdesk.threads.models import ThreadBound


class Given(ThreadBound):
    """One row for each ticket and party, read by that party alone: the desk reads what it needs in the words."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    leg = models.BigIntegerField(default=0, help_text="The engaged party's leg; none for the raiser's case.")
    key = models.CharField(max_length=64, blank=True, help_text="Digest of the number it was first sent under.")
    first = models.CharField(max_length=64, blank=True, help_text="Digest of what was said when it was sent.")
    name = models.TextField(blank=True)
    description = models.TextField(blank=True)
    ticket_type = models.TextField(blank=True)
    severity = models.TextField(blank=True)
    priority = models.TextField(blank=True)
    requested_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    external = models.JSONField(default=list, help_text="Their numbers: [{owner, externalIdentifierType, id}].")
    more = models.JSONField(default=dict, help_text="Attributes that are kept and given back as they came.")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "leg", "party"], name="one_given_per_ticket_and_party"),
            models.UniqueConstraint(fields=["party", "key"], condition=~Q(key=""), name="one_ticket_per_their_number"),
        ]

    def __str__(self) -> str:
        return f"what {self.party_id} gave on {self.case_id}"
