from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.majors import acting, tracker, war_room

urlpatterns = [
    path("majors/", seen(tracker.tracker), name="majors"),
    path("majors/export", seen(tracker.export), name="majors-export"),
    path("majors/export.json", seen(tracker.export_json), name="majors-export-json"),
    path("cases/<str:reference>/major", seen(acting.propose), name="propose-major"),
    path("majors/<str:reference>/", seen(war_room.war_room), name="war-room"),
    path("majors/<str:reference>/strip", seen(war_room.strip), name="major-strip"),
    path("majors/<str:reference>/here", seen(acting.here), name="here"),
    path("majors/<str:reference>/roles/<int:pk>/<slug:path>", seen(acting.role_act), name="major-role-act"),
    path("majors/<str:reference>/actions/<int:number>/completion", seen(acting.action_act), name="major-action-act"),
    path("majors/<str:reference>/<slug:path>", seen(acting.act), name="major-act"),
]
