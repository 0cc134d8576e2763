from __future__ import annotations

from django.urls import path

from crossdesk.web.status import calendar, maintenance, pages

urlpatterns = [
    path("status/", pages.page, name="status"),
    path("status/past/", pages.history),
    path("status/incidents/<str:reference>/", pages.incident),
    path("status/status.json", pages.as_json),
    path("status/feed.atom", pages.as_atom),
    path("status/maintenance.ics", pages.as_calendar),
    path("status/calendar/<str:token>.ics", pages.private_calendar),
    path("calendar/", calendar.calendar),
    path("calendar/new/", calendar.give),
    path("calendar/end/", calendar.end),
    path("maintenance/", maintenance.maintenance),
    path("maintenance/new/", maintenance.plan),
    path("maintenance/<str:reference>/<slug:verb>/", maintenance.act),
]
