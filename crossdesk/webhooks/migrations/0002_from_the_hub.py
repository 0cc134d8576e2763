"""Whoever subscribed at TMF621's hub stays subscribed, and what still had to be told is told from here."""

from django.db import migrations

MOVED = """
insert into webhooks_subscription (seats, id, party_id, face, scope, name, callback, query, kinds, made_by, made_at,
  paused_why, ended_at, ended_why)
select seats, id, party_id, face, 'tickets', '', callback, query, '{}', made_by, made_at, '', ended_at, ''
from tmf621_subscription;
insert into webhooks_event (seats, event_id, subscription_id, kind, about, leg, state, attempts, next_try_at, last_error,
  happened_at, told_at)
select seats, event_id, subscription_id, kind, ticket, 0, state, attempts, next_try_at, last_error, happened_at, told_at
from tmf621_event order by id;
"""


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial"), ("tmf621", "0002_events")]
    operations = [migrations.RunSQL(MOVED, migrations.RunSQL.noop)]
