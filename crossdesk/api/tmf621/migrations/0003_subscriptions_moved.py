from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tmf621", "0002_events"), ("webhooks", "0002_from_the_hub")]
    operations = [migrations.DeleteModel("Event"), migrations.DeleteModel("Subscription")]
