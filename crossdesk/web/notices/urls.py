from django.urls import path

from crossdesk.web.notices import reading, unsubscribing, updates

app_name = "notices"
urlpatterns = [
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("updates/", reading.updates, name="updates"),
    path("updates/subscriptions/", reading.subscribe, name="subscribe"),
    path("updates/subscriptions/<int:pk>/end/", reading.end_subscription, name="end-subscription"),
    path("updates/readers/", reading.readers, name="readers"),
    path("updates/readers/new/", reading.add_reader, name="add-reader"),
    path("updates/readers/<int:pk>/end/", reading.end_reader, name="end-reader"),
    path("majors/<str:reference>/update/", updates.update, name="update"),
    path("majors/<str:reference>/update/draft/", updates.draft, name="draft"),
    path("majors/<str:reference>/update/files/", updates.enclose, name="enclose"),
    path("majors/<str:reference>/update/files/<int:pk>/out/", updates.leave_out, name="leave-out"),
    path("majors/<str:reference>/update/send/", updates.send, name="send"),
    path("majors/<str:reference>/update/agreement/", updates.agree, name="agree"),
    path("majors/<str:reference>/update/back/", updates.take_back, name="take-back"),
    path("majors/<str:reference>/update/stop/", updates.stop, name="stop"),
    path("majors/<str:reference>/updates/<int:number>/", updates.past, name="past-update"),
]
