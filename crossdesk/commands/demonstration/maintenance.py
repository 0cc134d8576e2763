"""Work on systems that was and is planned, said by one person of a desk and agreed by another."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import Here, table
from crossdesk.kit.time import london
from crossdesk.notices.subscribing import subscribe
from crossdesk.parties.models import Person
from crossdesk.status import maintaining
from crossdesk.status.maintaining import Window
from crossdesk.threads.viewer import verbs

AGREED_AFTER = timedelta(minutes=20)


def maintain(here: Here, at: datetime) -> None:
    told = table("maintenance.toml")
    for row in told["subscriber"]:
        viewer = here.acting(row["who"], at - length(row["since"]))
        with verbs():
            address = Person.objects.get(pk=viewer.person or 0).email
        subscribe(row["system"], address, by=viewer, at=at - length(row["since"]))
    for row in told["maintenance"]:
        said = at - length(row["said"])
        night = london(said + length(row["later"])).replace(hour=row["hour"], minute=0, second=0, microsecond=0)
        ends = night + length(row["lasts"])
        window = Window(row["system"], row["title"], row["words"], night, ends, public=row["public"])
        by, second = here.acting(row["by"], said), here.acting(row["second"], said)
        made = maintaining.plan(window, here.desks[row["desk"]], by=by, at=said)
        maintaining.agree(made, by=second, at=said + AGREED_AFTER)
        if "result" in row:
            maintaining.begin(made, by=by, at=night)
            maintaining.finish(made, result=row["result"], by=second, at=ends)
