"""Who may do what with a problem: its desk leads, each party writes for itself, a manager decides its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossdesk.access import TRIAGE_WORK, NotAllowed, Role
from crossdesk.desks.models import Desk
from crossdesk.problems.lifecycle import TABLE
from crossdesk.threads.viewer import Viewer

if TYPE_CHECKING:
    from crossdesk.problems.models import Part, Problem

MANAGERS = frozenset({Role.SERVICE_MANAGER, Role.MAJOR_INCIDENT_MANAGER})
DECIDING = frozenset({"know", "await_fix", "plan_fix", "fix", "close", "reject", "reopen", "involve", "take_off"})
OWN = frozenset({"write_section", "name", "sign", "unsign", "state_cause", "answer_cause", "withdraw_cause"})


def why_not(by: Viewer, move: str, problem: Problem, part: Part | None = None) -> str | None:
    """`part` is whose section, cause or action it is."""
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    at_desk = by.works_at(problem.desk_id)
    if move in OWN:
        ours = part is not None and by.party == part.party_id and not part.off_at
        return None if ours else "Each party writes, signs and answers for itself; this is another party's to do."
    if move == "finish_action" and part is not None and by.party == part.party_id:
        return None
    if not at_desk:
        whose = f"Only the party that owes it or {problem.desk}" if move == "finish_action" else f"Only {problem.desk}"
        return f"{whose}, whose problem it is, can {TABLE.said(move)}."
    if move in DECIDING and not by.roles & MANAGERS:
        return f"Only a service manager or major incident manager of {problem.desk} can {TABLE.said(move)}."
    if not by.roles & TRIAGE_WORK:
        return f"At {problem.desk}, only a desk agent or a manager can {TABLE.said(move)}."
    return None


def why_not_open(by: Viewer, desk: Desk) -> str | None:
    if by.works_at(desk.pk) and by.roles & TRIAGE_WORK:
        return None
    return f"Only a desk agent or a manager of {desk} opens a problem there."


def why_not_settle(by: Viewer, desk: Desk) -> str | None:
    if by.works_at(desk.pk) and by.roles & MANAGERS:
        return None
    return f"Only a service manager or major incident manager of {desk} takes up or dismisses what is proposed."


def require(by: Viewer, move: str, problem: Problem, part: Part | None = None) -> None:
    refuse(why_not(by, move, problem, part))


def refuse(sentence: str | None) -> None:
    if sentence:
        raise NotAllowed(sentence)
