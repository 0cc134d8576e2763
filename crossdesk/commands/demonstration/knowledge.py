"""Articles that a desk of settlement would have, in the demonstration's own words; and who found them useful."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.cast import Here, table
from crossdesk.kit.time import london
from crossdesk.knowledge import answering, publishing, writing
from crossdesk.knowledge.audiences import Readers
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.writing import Written
from crossdesk.threads.viewer import verbs

READ_AGAIN = timedelta(days=182)


def write_down(here: Here, at: datetime) -> None:
    for row in table("knowledge.toml")["article"]:
        begun = at - length(row["since"])
        by = here.acting(row["by"], begun)
        written = Written(
            row["title"], row["summary"], row["words"].strip(), row.get("codes", ()), row.get("systems", ())
        )
        article = writing.begin(written, here.desks[row["desk"]], by=by, at=begun)
        with verbs():
            Article.objects.filter(pk=article.pk).update(demonstration=True)
        if row.get("draft"):
            continue
        readers = Readers("roles", roles=row["roles"]) if "roles" in row else Readers(row.get("for", "everyone"))
        publishing.publish(article, readers, london(begun).date() + READ_AGAIN, by=by, at=begun)
        if "then" in row:
            later = begun + (at - begun) / 2
            new = row["then"]
            writing.write(article, replace(written, words=new["words"].strip()), by=by, at=later)
            publishing.publish(
                article, readers, london(later).date() + READ_AGAIN, by=by, at=later, change=new["change"]
            )
        for who, said in row.get("said", {}).items():
            answered = at - length(said["since"])
            answering.answer(
                article,
                said["solved"],
                by=here.acting(who, answered),
                at=answered,
                raising=said.get("raising", False),
                words=said.get("words", ""),
            )
