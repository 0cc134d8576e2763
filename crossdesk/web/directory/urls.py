from __future__ import annotations

from django.urls import path

from crossdesk.web.directory import keeping, lending, pages

urlpatterns = [
    path("directory/", pages.directory),
    path("directory/desks/<int:pk>/", pages.desk_page),
    path("directory/parties/<int:pk>/", pages.party_page),
    path("directory/parties/<int:pk>/people/", keeping.invite_person),
    path("directory/parties/<int:pk>/contacts/", keeping.nominate_contact),
    path("directory/parties/<int:pk>/delegations/", lending.offer),
    path("directory/parties/<int:pk>/grants/", lending.grant),
    path("directory/delegations/<int:pk>/", lending.answer),
    path("directory/grants/<int:pk>/", lending.withdraw),
    path("directory/memberships/<int:pk>/", keeping.keep_membership),
    path("directory/contacts/<int:pk>/end/", keeping.end_contact),
]
