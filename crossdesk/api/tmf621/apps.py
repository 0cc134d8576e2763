from django.apps import AppConfig


class TroubleTicketConfig(AppConfig):
    name = "crossdesk.api.tmf621"
    label = "tmf621"
    default_auto_field = "django.db.models.BigAutoField"
