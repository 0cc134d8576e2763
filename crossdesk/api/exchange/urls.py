from django.urls import path

from crossdesk.api.exchange import messages

urlpatterns = [path("exchange/v1/messages", messages.messages)]
