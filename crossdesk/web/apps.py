from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "crossdesk.web"
    default_auto_field = "django.db.models.BigAutoField"
