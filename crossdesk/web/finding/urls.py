from __future__ import annotations

from django.urls import path

from crossdesk.web.finding import views

urlpatterns = [
    path("find/", views.palette, name="find"),
    path("search/", views.search, name="search"),
    path("search/<slug:token>/", views.found, name="found"),
]
