"""The people of a desk by name, for those who work there; to everybody else a desk is a desk."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Q

from crossdesk.desks.models import DeskMember
from crossdesk.threads.viewer import Viewer, verbs


def colleagues(by: Viewer, at: datetime) -> dict[int, list[str]]:
    """For each desk of this viewer. A name stands in no row a viewer may read, so only their own desks are asked."""
    live = (Q(until=None) | Q(until__gt=at)) & (Q(membership__until=None) | Q(membership__until__gt=at))
    with verbs():
        places = DeskMember.objects.filter(live, desk__in=by.desks, membership__person__is_active=True)
        rows = list(places.order_by("membership__person__name").values_list("desk", "membership__person__name"))
    found: dict[int, list[str]] = defaultdict(list)
    for desk, name in rows:
        found[desk].append(name)
    return dict(found)
