from __future__ import annotations

from django.urls import path

from crossdesk.web.mail import deciding, letters, of_case, one, sink

urlpatterns = [
    path("mail/", letters.letters),
    path("mail/<int:pk>/", one.letter),
    path("mail/<int:pk>/original", one.original),
    path("mail/<int:pk>/filing", deciding.filing_it),
    path("mail/<int:pk>/case", deciding.raising_it),
    path("mail/<int:pk>/setting-aside", deciding.setting_aside),
    path("mail/<int:pk>/files/<int:number>", one.file),
    path("mail/<int:pk>/reopening", deciding.reopening),
    path("mail/<int:pk>/note", deciding.noting),
    path("mail/<int:pk>/sender", deciding.about_sender),
    path("mail/senders/<int:pk>/end", deciding.ending_note),
    path("mail/cases/<str:reference>/", of_case.letters_of_case),
    path("mail/out/<int:pk>/original", of_case.sent_original),
    path("mail/out/<int:pk>/sending", deciding.sending_again),
    path("mail/out/<int:pk>/falling", deciding.falling_back),
    path("mail/out/<int:pk>/going-on", deciding.going_on),
    path("mail/sink/", sink.sink),
    path("mail/sink/<int:pk>/", sink.sunk),
]
