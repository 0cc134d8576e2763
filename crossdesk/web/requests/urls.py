from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.requests import acting, pages

urlpatterns = [
    path("requests/", seen(pages.catalogue_page), name="requests"),
    path("requests/new/<slug:key>/", seen(pages.new), name="request-new"),
    path("requests/new/<slug:key>/draft/", seen(pages.keep_draft), name="request-draft"),
    path("requests/new/<slug:key>/fields/<slug:name>/", seen(pages.check_field), name="request-field"),
    path("cases/<str:reference>/approvals/<int:pk>/", seen(acting.approval), name="request-approval"),
    path("cases/<str:reference>/steps/<int:pk>/", seen(acting.step), name="request-step"),
]
