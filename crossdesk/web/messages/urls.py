from __future__ import annotations

from django.urls import path

from crossdesk.web.messages import deciding, one, pages

urlpatterns = [
    path("messages/", pages.every),
    path("messages/<str:way>/<int:pk>/", one.message),
    path("messages/<str:way>/<int:pk>/raw", one.raw),
    path("messages/<str:way>/<int:pk>/deciding", deciding.decide),
]
