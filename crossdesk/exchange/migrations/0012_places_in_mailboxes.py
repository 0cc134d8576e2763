from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0011_messages_in_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='readupto',
            name='place',
            field=models.JSONField(default=dict, help_text='Where the mailbox has no numbers: the link to go on by.'),
        ),
    ]
