from __future__ import annotations

import os

import dj_database_url
import django

from crossdesk.access import Invalid
from crossdesk.kit import code
from crossdesk.kit.state import state_folder
from crossdesk.postgres.cluster import Cluster


def setup() -> None:
    """For commands that need models. Without a DATABASE_URL they speak to the PostgreSQL that ./run keeps here."""
    folder = state_folder() / "postgres"
    if "DATABASE_URL" not in os.environ and folder.exists() and (cluster := Cluster(folder)).is_made:
        os.environ.update(cluster.environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdesk.project.settings")
    try:
        with code.reading():
            django.setup()
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError):
        raise Invalid(
            "DATABASE_URL or CROSSDESK_OWNER_URL cannot be read: write it as postgresql://login:password@host/crossdesk."
        ) from None
