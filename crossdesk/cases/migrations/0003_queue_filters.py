import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0002_leg_by_their_reference"),
        ("desks", "0001_initial"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.AddField("standing", "raiser", models.ForeignKey("parties.party", django.db.models.deletion.PROTECT, null=True, related_name="+", db_index=False)),
        migrations.AddField("standing", "system", models.CharField(blank=True, default="", max_length=20), preserve_default=False),
        migrations.AddField("standing", "scenario", models.CharField(blank=True, default="", max_length=60), preserve_default=False),
        migrations.AddField("standing", "bounces", models.SmallIntegerField(default=0)),
        migrations.AddField("standing", "trouble", models.BooleanField(default=False, help_text="A leg of it is silent or undeliverable.")),
        migrations.RunSQL(
            "update cases_standing s set raiser_id = c.raiser_id, system = c.system, scenario = c.scenario, bounces = c.bounces,"
            " trouble = exists (select from jsonb_array_elements(s.legs) mark where mark ->> 'flag' <> '')"
            " from cases_case c where c.thread_id = s.case_id",
            migrations.RunSQL.noop,
        ),
        # The foreign key's check of the rows just filled must be done before the table is altered again.
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AlterField("standing", "raiser", models.ForeignKey("parties.party", django.db.models.deletion.PROTECT, related_name="+", db_index=False)),
        migrations.AddIndex("standing", models.Index("seat", "raiser", "priority", "next_by", name="standing_raiser", condition=Q(is_open=True))),
        migrations.AddIndex("standing", models.Index("seat", "system", "priority", "next_by", name="standing_system", condition=Q(is_open=True))),
        migrations.AddIndex("standing", models.Index("seat", "person", name="standing_person", condition=Q(is_open=True, person__isnull=False))),
        migrations.AddIndex("standing", models.Index("seat", name="standing_trouble", condition=Q(is_open=True, trouble=True))),
        migrations.AddIndex("standing", models.Index("seat", name="standing_bounced", condition=Q(is_open=True, bounces__gte=2))),
        migrations.AddIndex("standing", models.Index("seat", name="standing_legs", condition=Q(is_open=True) & ~Q(legs=[]))),
        migrations.AddIndex("standing", models.Index("seat", name="standing_offers", condition=Q(is_open=True, person=None, group__isnull=False))),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seats", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ("person", models.BigIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("asked", models.JSONField(help_text="The view and the filters, as they stand in the queue's address.")),
                ("desk", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="desks.desk")),
            ],
            options={
                "ordering": ("name",),
                "constraints": [models.UniqueConstraint(fields=("person", "desk", "name"), name="one_saved_view_per_name")],
            },
        ),
    ]
