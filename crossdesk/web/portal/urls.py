from __future__ import annotations

from django.urls import path

from crossdesk.web import signin
from crossdesk.web.portal import choosing, downloads, keeping, my_cases, onward, raise_page, raised

urlpatterns = [
    path("", choosing.home),
    path("invitation/<int:pk>/<str:token>/", signin.accept_invitation),
    path("acting/", choosing.acting),
    path("theme/", choosing.theme),
    path("keys/", choosing.keys),
    path("raise/", raise_page.raise_page),
    path("raise/ask/", raise_page.ask),
    path("raise/gate/", raise_page.gate_again),
    path("raise/draft/", keeping.keep),
    path("raise/drafts/<uuid:pk>/away/", keeping.throw_away),
    path("cases/", my_cases.my_cases),
    path("cases/<str:reference>/raised/", raised.raised),
    path("cases/<str:reference>/onward", onward.onward),
    path("cases/<str:reference>/onward/files", onward.pack_files),
    path("evidence/<int:pk>/", downloads.evidence_file),
    path("references/<int:pk>/", downloads.reference_set),
    path("references/<int:pk>/members/", downloads.members),
    path("references/<int:pk>/bad-lines.csv", downloads.bad_lines),
]
