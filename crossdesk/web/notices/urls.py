from django.urls import path

from crossdesk.web.notices import unsubscribing

app_name = "notices"
urlpatterns = [
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
]
