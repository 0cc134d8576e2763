from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "crossdesk.operations"
    default_auto_field = "django.db.models.BigAutoField"
