"""Heads are named after the statement: one statement may stop several items of a lane.

Before each row, naming the next head wrote a row that the same statement was still to change, which PostgreSQL refuses.
The locks are as they were: the row lock of a lane's head is the lane's lock.
"""

from django.db import migrations, models
from django.db.models import Q

KEEP = """
drop trigger outbox_keep_head on exchange_outboxitem;
drop function outbox_keep_head();

create function outbox_open(item exchange_outboxitem) returns boolean language sql immutable as $$
    select item.state in ('waiting', 'failed') or (item.state = 'dead' and item.link_id is not null)
$$;
create function outbox_only_heads_name_heads() returns trigger language plpgsql as $$
begin
    if pg_trigger_depth() = 1 then
        new.head := tg_op = 'UPDATE' and old.head;
    end if;
    return new;
end $$;
create function outbox_name_head() returns trigger language plpgsql as $$
declare
    found_head bigint;
    first_open bigint;
begin
    if pg_trigger_depth() > 1 or (tg_op = 'UPDATE' and outbox_open(new) = outbox_open(old)) then return null; end if;
    if tg_op = 'INSERT' and not outbox_open(new) then return null; end if;
    loop -- whoever let the head go meanwhile has named the next one, which only a fresh look shows
        select id into found_head from exchange_outboxitem where lane = new.lane and head for update;
        exit when found_head is not null or not exists (
            select from exchange_outboxitem where lane = new.lane and head);
    end loop;
    select id into first_open from exchange_outboxitem
        where lane = new.lane and (state in ('waiting', 'failed') or (state = 'dead' and link_id is not null))
        order by number limit 1;
    if first_open is distinct from found_head then
        update exchange_outboxitem set head = false where id = found_head;
        update exchange_outboxitem set head = true where id = first_open;
    end if;
    return null;
end $$;
create trigger outbox_only_heads_name_heads before insert or update of state, head on exchange_outboxitem
    for each row execute function outbox_only_heads_name_heads();
create trigger outbox_name_head after insert or update of state, head on exchange_outboxitem
    for each row execute function outbox_name_head();
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0014_conformance_runs")]
    operations = [
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveIndex("outboxitem", "letters_ahead"),
        migrations.AddIndex(
            "outboxitem",
            models.Index(
                "lane",
                "number",
                name="letters_ahead",
                condition=Q(state__in=["waiting", "failed"]) | Q(state="dead", link__isnull=False),
            ),
        ),
    ]
