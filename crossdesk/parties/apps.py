from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "crossdesk.parties"
    default_auto_field = "django.db.models.BigAutoField"
