"""Whose word counts in the impact register. The sentence is shared by the refusal and the page."""

from __future__ import annotations

from collections.abc import Iterable

from crossdesk.access import Role
from crossdesk.cases.legs import Leg
from crossdesk.cases.models import Case
from crossdesk.cases.policy import speaks_for_raiser
from crossdesk.impact.models import Affected
from crossdesk.threads.viewer import Viewer


def speaks_for(by: Viewer, case: Case, legs: Iterable[Leg]) -> frozenset[int]:
    """The parties whose own word this viewer gives here: its own, the raiser's by delegation, an engaged desk's."""
    engaged = {leg.to_desk.owner_id for leg in legs if by.works_at(leg.to_desk_id)}
    raised = {case.raiser_id} if speaks_for_raiser(by, case) else set()
    return frozenset({by.party, *engaged, *raised})


def why_not_say(by: Viewer, row: Affected, case: Case, speaks: frozenset[int]) -> str | None:
    """The party itself; the owning desk writes down the word of one that told it so."""
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if row.party_id in speaks or by.works_at(case.owner_id):
        return None
    return f"Only {row.party or case.owner} confirms or denies this."


def why_not_retract(by: Viewer, row: Affected, case: Case, speaks: frozenset[int]) -> str | None:
    """A claim is the owning desk's to take back; a word once given is that of whoever gave it."""
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if row.says == Affected.Says.CLAIMED or row.party_id is None:
        return None if by.works_at(case.owner_id) else f"Only {case.owner}, which claimed it, takes it back."
    return None if row.party_id in speaks else f"Only {row.party} takes back its own word."
