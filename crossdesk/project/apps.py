from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "crossdesk.project"
    label = "project"

    def ready(self) -> None:
        from crossdesk import rulebook
        from crossdesk.editions.applying import in_force
        from crossdesk.project.wiring import wire

        wire()
        rulebook.read_from(in_force)
