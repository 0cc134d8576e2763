from __future__ import annotations

from django.urls import path

from crossdesk.web.agreements import answering, certifying, conforming, lining, pages, proposing

urlpatterns = [
    path("agreements/", pages.every),
    path("agreements/new/", proposing.new),
    path("agreements/<str:reference>/", pages.one),
    path("agreements/<str:reference>/change/", proposing.change),
    path("agreements/<str:reference>/answer/", answering.answer),
    path("agreements/<str:reference>/conformance/", conforming.report),
    path("agreements/<str:reference>/conformance/trial/", conforming.tried),
    path("agreements/<str:reference>/credential/", lining.keep),
    path("agreements/<str:reference>/credential/retire/", lining.retire),
    path("agreements/<str:reference>/certificate/", certifying.give),
    path("agreements/<str:reference>/certificate/retire/", certifying.retire),
    path("agreements/<str:reference>/resume/", lining.resume),
]
