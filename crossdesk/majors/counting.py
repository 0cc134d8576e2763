"""How many MPANs a major incident affects, over all its cases and everything linked to them, each counted once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from crossdesk.cases.models import Case
from crossdesk.impact import counting
from crossdesk.impact.recounting import recount
from crossdesk.majors.models import MajorIncident, Share
from crossdesk.parties.models import Party
from crossdesk.threads.models import Entry
from crossdesk.threads.signalling import thread_changed
from crossdesk.threads.viewer import verbs


def count_again(incident: MajorIncident, at: datetime) -> None:
    """The room reads the total, each party its own share, and only the lead desk whose they are."""
    with verbs():
        cases = _all_cases(Case.objects.filter(majors__incident=incident, majors__until=None))
        counted = recount(incident.pk, cases)
        lead = incident.lead.seat_id
        parties = {each.pk: each for each in _raisers(cases)}
        rows = [Share(incident=incident, mpans=counted.total, counted_at=at, seats=incident.seats)]
        for share in counted.shares:
            seats = sorted({lead, parties[share.party].seat_id})
            rows.append(Share(incident=incident, party_id=share.party, mpans=share.count, counted_at=at, seats=seats))
        incident.shares.all().delete()
        Share.objects.bulk_create(rows)
        thread_changed(incident.pk)


def case_counted(case: UUID, at: datetime) -> None:
    """After a case was looked at again, whatever incident it or one of its family is under."""
    with verbs():
        family = counting.family(Case.objects.get(pk=case))
        over = MajorIncident.objects.filter(under__case__in=family, under__until=None)
        for incident in over.select_related("lead").distinct():
            count_again(incident, at)


def follow_cases(entry: Entry) -> None:
    """A reaction to a case put under an incident or taken out."""
    count_again(MajorIncident.objects.select_related("lead").get(pk=entry.thread_id), entry.recorded_at)


def _all_cases(under: Iterable[Case]) -> list[UUID]:
    return sorted({each for case in under for each in counting.family(case)})


def _raisers(cases: list[UUID]) -> list[Party]:
    return list(Party.objects.filter(cases_raised__in=cases).distinct())
