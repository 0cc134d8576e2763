from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "crossdesk.project"
    label = "project"

    def ready(self) -> None:
        from crossdesk.project.wiring import wire

        wire()
