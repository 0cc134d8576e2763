from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.reviews import acting, pages, printing

ROOT = "majors/<str:reference>/review/"
urlpatterns = [
    path(ROOT, seen(pages.review_page), name="review"),
    path(f"{ROOT}section/", seen(pages.section_page), name="review-section"),
    path(f"{ROOT}pdf", seen(printing.pdf), name="review-pdf"),
    path(f"{ROOT}facts/<int:number>/<slug:path>", seen(acting.fact_act), name="review-fact-act"),
    path(f"{ROOT}actions/<int:number>/<slug:path>", seen(acting.action_act), name="review-action-act"),
    path(f"{ROOT}events/<int:pk>/<slug:path>", seen(acting.event_act), name="review-event-act"),
    path(f"{ROOT}<slug:path>", seen(acting.act), name="review-act"),
]
