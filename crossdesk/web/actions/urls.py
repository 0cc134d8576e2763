from __future__ import annotations

from django.urls import path

from crossdesk.web.actions.pages import list_page
from crossdesk.web.console.urls import seen

urlpatterns = [path("actions/", seen(list_page), name="actions")]
