from django.db import migrations


def give_calendars(apps, schema_editor):
    owner = schema_editor.connection.alias
    Desk, Calendar = apps.get_model("desks", "Desk"), apps.get_model("clocks", "Calendar")
    for desk in Desk.objects.using(owner).filter(calendar=None):
        desk.calendar = Calendar.objects.using(owner).create(name=desk.name)
        desk.save(update_fields=["calendar"])


class Migration(migrations.Migration):

    dependencies = [
        ("desks", "0002_calendars_and_agreements"),
        ("clocks", "0002_versions_of_calendars"),
    ]

    operations = [migrations.RunPython(give_calendars, migrations.RunPython.noop)]
