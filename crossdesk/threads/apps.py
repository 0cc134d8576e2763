from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "crossdesk.threads"
    default_auto_field = "django.db.models.BigAutoField"
