"""Somebody of the cast at a browser."""

from __future__ import annotations

from django.test import Client

from crossdesk.parties.models import Person
from crossdesk.threads.viewer import Viewer


def at_browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(person(viewer))
    return client


def person(viewer: Viewer) -> Person:
    assert viewer.person is not None
    return Person.objects.get(pk=viewer.person)
