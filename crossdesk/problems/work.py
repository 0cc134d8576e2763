"""What the verbs of joint records need of a problem."""

from __future__ import annotations

from crossdesk.joint.work import Work
from crossdesk.problems.guarding import require_fit
from crossdesk.problems.models import Action, Answer, Cause, Draft, Owner, Part, Section
from crossdesk.problems.moving import moving, told

WORK = Work(
    record="problem",
    claim="cause",
    noun="problem",
    claim_noun="cause",
    reader="every party on the problem",
    not_on_it="is not involved in this problem, so it has no section in it.",
    part=Part,
    draft=Draft,
    section=Section,
    claims=Cause,
    answer=Answer,
    action=Action,
    owner=Owner,
    moving=moving,
    told=told,
    require_fit=require_fit,
    lead=lambda problem: problem.desk,
    signed_for=lambda problem, _: problem.seats,
)
"""A signed section is for every reader of the problem at once: they look for the cause together."""
