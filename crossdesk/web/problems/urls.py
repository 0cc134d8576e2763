from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.problems import acting, pages

urlpatterns = [
    path("problems/", seen(pages.list_page), name="problems"),
    path("problems/new", seen(acting.begin), name="problem-new"),
    path("problems/proposals/<uuid:pk>/<slug:path>", seen(acting.proposal_act), name="problem-proposal-act"),
    path("problems/<str:reference>/", seen(pages.problem_page), name="problem"),
    path("problems/<str:reference>/causes/<int:number>/<slug:path>", seen(acting.cause_act), name="problem-cause-act"),
    path(
        "problems/<str:reference>/actions/<int:number>/<slug:path>", seen(acting.action_act), name="problem-action-act"
    ),
    path("problems/<str:reference>/<slug:path>", seen(acting.act), name="problem-act"),
]
