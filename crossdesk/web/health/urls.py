from __future__ import annotations

from django.urls import path

from crossdesk.web.health import board, faults, feeds, messages

urlpatterns = [
    path("health/", board.board),
    path("health/messages/", messages.listed),
    path("health/faults/<uuid:fault>/", faults.one),
    path("health/faults/<uuid:fault>/confirmation", faults.confirm),
    path("health/faults/<uuid:fault>/dismissal", faults.dismiss),
    path("health/faults/<uuid:fault>/rest", faults.add_rest),
    path("health/feeds/", feeds.every),
    path("health/feeds/<int:feed>/", feeds.one),
]
