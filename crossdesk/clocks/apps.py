from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "crossdesk.clocks"
    default_auto_field = "django.db.models.BigAutoField"
