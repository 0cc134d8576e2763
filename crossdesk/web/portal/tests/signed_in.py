"""Somebody of the cast at a browser."""

from __future__ import annotations

from django.test import Client

from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer


def at_browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=viewer.person))
    return client
