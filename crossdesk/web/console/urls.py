from __future__ import annotations

from typing import Any, cast

from django.urls import path

from crossdesk.web.console.acting import case_act, leg_act
from crossdesk.web.console.bulk import bulk
from crossdesk.web.console.case import case_page
from crossdesk.web.console.engagement import engagement
from crossdesk.web.console.joint import joint_page
from crossdesk.web.console.keeping import export, keep, remove
from crossdesk.web.console.letter import letter
from crossdesk.web.console.queue import queue_page
from crossdesk.web.console.reviews import reviews
from crossdesk.web.console.without import without


def seen(view: Any) -> Any:
    """Our middleware gives every view of these rooms a `Seen` request; Django's types know only its own."""
    return cast(Any, view)


urlpatterns = [
    path("queue/", seen(queue_page), name="queue"),
    path("queue/export", seen(export), name="queue-export"),
    path("queue/views", seen(keep), name="queue-views"),
    path("queue/views/<int:pk>/removal", seen(remove), name="queue-view-removal"),
    path("queue/without", seen(without), name="queue-without"),
    path("queue/reviews", seen(reviews), name="queue-reviews"),
    path("queue/many", seen(bulk), name="queue-many"),
    path("cases/<str:reference>/", seen(case_page), name="case"),
    path("cases/<str:reference>/joint", seen(joint_page), name="joint"),
    path("cases/<str:reference>/letter", seen(letter), name="letter"),
    path("cases/<str:reference>/engagement", seen(engagement), name="engagement"),
    path("cases/<str:reference>/legs/<int:number>/engagement", seen(engagement), name="engagement-onward"),
    path("cases/<str:reference>/legs/<int:number>/<slug:path>", seen(leg_act), name="leg-act"),
    path("cases/<str:reference>/<slug:path>", seen(case_act), name="case-act"),
]
