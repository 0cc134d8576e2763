from django.apps import AppConfig


class MajorsConfig(AppConfig):
    name = "crossdesk.majors"
    default_auto_field = "django.db.models.BigAutoField"
