from django.db import migrations, models


class Migration(migrations.Migration):
    """An answer is an address, and that of a filtered queue may be long."""

    dependencies = [("threads", "0003_sendings")]

    operations = [
        migrations.AlterField(
            model_name="sending",
            name="answer",
            field=models.TextField(blank=True, help_text="Where the first sending led."),
        )
    ]
