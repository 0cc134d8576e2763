from __future__ import annotations

from django.urls import path

from crossdesk.web.proof import pages

urlpatterns = [
    path("anchors/", pages.anchors),
    path("anchors.ndjson", pages.anchors_to_take),
    path("cases/<str:reference>/proof", pages.case_proof),
    path("directory/parties/<int:pk>/proof/", pages.party_proof),
]
