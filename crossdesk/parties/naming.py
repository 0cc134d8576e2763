"""What parties go by in people's words: their names, and the ids that stand for them in the market."""

from __future__ import annotations

from django.db.models import QuerySet

from crossdesk.parties.models import MarketRole, Party


def names_of(parties: QuerySet[Party]) -> list[str]:
    names = {name for party in parties for name in (party.name, party.short_name)}
    mpids = MarketRole.objects.filter(party__in=parties).exclude(mpid="").values_list("mpid", flat=True)
    return sorted({*names, *mpids} - {""})
