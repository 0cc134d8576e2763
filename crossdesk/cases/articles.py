"""An article drafted from a resolved case in one step: what went wrong, why, what was done, and its codes.

Read as the viewer, at whose desk it begins; who raised it, whom it named and what it listed stay behind.
"""

from __future__ import annotations

import re
from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid, NotAllowed
from crossdesk.cases.lifecycle import Stage
from crossdesk.cases.models import Case
from crossdesk.knowledge import writing
from crossdesk.knowledge.models import Article
from crossdesk.knowledge.stripping import stripped
from crossdesk.knowledge.writing import Written
from crossdesk.parties.models import Party
from crossdesk.rulebook.explain import find_codes
from crossdesk.threads.models import EntryBody
from crossdesk.threads.viewer import Viewer, viewing

DONE = ("case.resolve", "leg.resolve")
LONGEST = 8_000
INTERFACE = re.compile(r"\b(?:IF|PUB|REP)-\d{3}[AB]?\b")


def why_not_draft(case: Case, viewer: Viewer) -> str | None:
    if not viewer.works_at(case.owner_id):
        return f"Only {case.owner}, which owns {case}, can draft an article from it."
    if case.restricted:
        return f"{case} is restricted to named people, so nothing is drafted from it."
    if case.stage not in {Stage.RESOLVED, Stage.CLOSED}:
        return f"{case} is not resolved yet; an article says what was done."
    return None


def draft_article(case: Case, *, by: Viewer, at: datetime) -> Article:
    if sentence := why_not_draft(case, by):
        raise NotAllowed(sentence)
    return writing.begin(written_from(case, by), case.owner, by=by, at=at, drafted_from=case.reference)


def written_from(case: Case, viewer: Viewer) -> Written:
    with viewing(viewer):
        bodies = list(
            EntryBody.objects.filter(entry__thread=case.pk, entry__kind__in=("case.raised", "case.own", *DONE))
            .select_related("entry")
            .order_by("entry__seq")
        )
        names = _names()
    people = {each.author for each in bodies if " " in each.author}
    cause = next((str(each.detail.get("suspected_cause") or "") for each in bodies if each.detail), "")
    done = [each.words for each in bodies if each.entry.kind in DONE and each.words]
    if not done:
        raise Invalid(f"Nothing that {viewer.party_name} may read says how {case} was resolved.")
    sections = (("What goes wrong", case.summary), ("Why", cause), ("What to do", "\n\n".join(done)))
    words = "\n\n".join(f"## {title}\n\n{said.strip()}" for title, said in sections if said.strip())
    clean = stripped(words[:LONGEST], names, people)
    title = stripped(case.summary, names, people)[:160]
    systems = [case.system] if case.system in rulebook.current().systems else []
    codes = dict.fromkeys((*find_codes(words), *INTERFACE.findall(words)))
    return Written(title, "", clean, list(codes)[: writing.MOST_CODES], systems)


def _names() -> dict[str, str]:
    """Every organisation that is not central, as what it is."""
    book, names = rulebook.current(), {}
    for party in Party.objects.filter(central=False).prefetch_related("market_roles"):
        role = next((book.roles[key].name.lower() for key in party.role_keys if key in book.roles), "organisation")
        said = f"an {role}" if role[0] in "aeiou" else f"a {role}"
        names[party.name] = names[party.short_name] = said
    return names
