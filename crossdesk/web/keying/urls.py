from __future__ import annotations

from django.urls import path

from crossdesk.web.console.urls import seen
from crossdesk.web.keying import pages

urlpatterns = [
    path("queue/by-hand", seen(pages.waiting), name="by-hand"),
    path("queue/by-hand/<int:pk>", seen(pages.done), name="by-hand-done"),
    path("queue/by-hand/<int:pk>/not-needed", seen(pages.left_out), name="by-hand-left-out"),
    path("cases/<str:reference>/legs/<int:number>/pack", seen(pages.pack), name="pack"),
    path("cases/<str:reference>/legs/<int:number>/pack/files", seen(pages.files), name="pack-files"),
]
