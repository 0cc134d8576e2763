from __future__ import annotations

from django.urls import path

from crossdesk.web.mail import deciding, letters, sink

urlpatterns = [
    path("mail/", letters.letters),
    path("mail/<int:pk>/", letters.letter),
    path("mail/<int:pk>/original", letters.original),
    path("mail/<int:pk>/filing", deciding.filing_it),
    path("mail/<int:pk>/case", deciding.raising_it),
    path("mail/<int:pk>/setting-aside", deciding.setting_aside),
    path("mail/out/<int:pk>/sending", deciding.sending_again),
    path("mail/sink/", sink.sink),
    path("mail/sink/<int:pk>/", sink.sunk),
]
