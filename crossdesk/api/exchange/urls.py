from django.urls import path

from crossdesk.api.exchange import files, messages

urlpatterns = [
    path("exchange/v1/messages", messages.messages),
    path("exchange/v1/files", files.offers),
    path("exchange/v1/files/<str:digest>", files.content),
]
