"""What the verbs of joint records need of a review."""

from __future__ import annotations

from crossdesk.joint.work import Work
from crossdesk.reviews.guarding import require_fit
from crossdesk.reviews.models import Action, Answer, Draft, Fact, Owner, Part, Section
from crossdesk.reviews.moving import moving, told

WORK = Work(
    record="review",
    claim="fact",
    noun="review",
    claim_noun="fact",
    reader="the desk that leads",
    not_on_it="is not on the incident, so it has no section in this review.",
    part=Part,
    draft=Draft,
    section=Section,
    claims=Fact,
    answer=Answer,
    action=Action,
    owner=Owner,
    moving=moving,
    told=told,
    require_fit=require_fit,
    lead=lambda review: review.lead,
    signed_for=lambda _, part: part.between().seats,
)
"""A signed section is for the lead desk at once, and for the other parties once the review is published."""
