"""Keys of the demonstration's tools: one in use, one that ends soon, and one that another has followed."""

from __future__ import annotations

from datetime import datetime, timedelta

from crossdesk.accounts import keys
from crossdesk.accounts.scopes import scopes_from
from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import Here, table
from crossdesk.parties.models import Party


def equip(here: Here, at: datetime) -> None:
    for row in table("keys.toml")["key"]:
        made = at - length(row["made"])
        by = here.acting(row["by"], made)
        party = Party.objects.get(name=row["party"])
        lasting = timedelta(days=row["lasts"])
        key, _ = keys.make(party, name=row["name"], scopes=scopes_from(row["scopes"]), by=by, at=made, lasting=lasting)
        if "revoked" in row:
            keys.revoke(key, by=by, at=at - length(row["revoked"]))
