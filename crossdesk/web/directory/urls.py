from __future__ import annotations

from django.urls import path

from crossdesk.web.directory import keeping, pages

urlpatterns = [
    path("directory/", pages.directory),
    path("directory/desks/<int:pk>/", pages.desk_page),
    path("directory/parties/<int:pk>/", pages.party_page),
    path("directory/parties/<int:pk>/people/", keeping.invite_person),
    path("directory/parties/<int:pk>/contacts/", keeping.nominate_contact),
    path("directory/memberships/<int:pk>/", keeping.keep_membership),
    path("directory/contacts/<int:pk>/end/", keeping.end_contact),
]
