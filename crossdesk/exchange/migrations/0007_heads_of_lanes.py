"""The head of each lane, kept by the database: whoever adds, sends or stops an item cannot forget it.

The row lock of a lane's head is the lane's lock. Adding to a lane waits for whoever is letting its head go, and the
other way round, so that a new item is either seen as the next one or sees that there is none before it.
"""

from django.db import migrations

KEEP = """
create or replace function outbox_keep_head() returns trigger language plpgsql as $$
declare
    before_state text := case when tg_op = 'UPDATE' then old.state end;
    is_open boolean := new.state in ('waiting', 'failed') or (new.state = 'dead' and new.link_id is not null);
    was_open boolean := before_state in ('waiting', 'failed') or (before_state = 'dead' and new.link_id is not null);
    found_head bigint;
begin
    if pg_trigger_depth() > 1 then return new; end if;
    if tg_op = 'UPDATE' and is_open = was_open then
        new.head := old.head;
        return new;
    end if;
    if not is_open then
        new.head := false;
        if tg_op = 'UPDATE' and old.head then
            update exchange_outboxitem set head = true where id = (
                select id from exchange_outboxitem
                where lane = new.lane and id <> new.id
                  and (state in ('waiting', 'failed') or (state = 'dead' and link_id is not null))
                order by number limit 1);
        end if;
        return new;
    end if;
    loop -- whoever let the head go meanwhile has named the next one, which only a fresh look shows
        select id into found_head from exchange_outboxitem
        where lane = new.lane and head and id <> new.id for update;
        exit when found_head is not null
            or not exists (select from exchange_outboxitem where lane = new.lane and head and id <> new.id);
    end loop;
    if found_head is not null and not exists (
        select from exchange_outboxitem where id = found_head and number > new.number) then
        new.head := false;
        return new;
    end if;
    update exchange_outboxitem set head = false where id = found_head;
    new.head := true;
    return new;
end $$;
create trigger outbox_keep_head before insert or update of state, head on exchange_outboxitem
    for each row execute function outbox_keep_head();
create index outbox_heads on exchange_outboxitem (lane) where head;
update exchange_outboxitem set head = true where id in (
    select distinct on (lane) id from exchange_outboxitem where state in ('waiting', 'failed') order by lane, number);
"""
GONE = """
drop trigger if exists outbox_keep_head on exchange_outboxitem;
drop function if exists outbox_keep_head();
drop index if exists outbox_heads;
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0006_lines_links_and_messages")]
    operations = [migrations.RunSQL(KEEP, GONE)]
