from django.apps import AppConfig


class KnownErrorsConfig(AppConfig):
    name = "crossdesk.known_errors"
    default_auto_field = "django.db.models.BigAutoField"
