from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "crossdesk.impact"
    default_auto_field = "django.db.models.BigAutoField"
