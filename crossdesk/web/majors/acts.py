"""What can be done with a major incident: each act is a small resource that makes one call of one verb."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, WrongStage
from crossdesk.access.moves import possible
from crossdesk.desks.models import Desk
from crossdesk.majors import declaring, open_cases, policy, reconciling, room
from crossdesk.majors.lifecycle import MOVES, advance
from crossdesk.majors.models import MajorIncident
from crossdesk.parties.models import Party
from crossdesk.threads.viewer import Viewer, verbs
from crossdesk.web.acts import Act, Offered, OneForm, by_path, offered
from crossdesk.web.majors import forms
from crossdesk.web.majors.forms import About, Words


def write(
    incident: MajorIncident, *, words: str, kind: str, happened_at: datetime | None, by: Viewer, at: datetime
) -> None:
    if kind == Words.DECISION:
        room.decide(incident, words, by=by, at=at, happened_at=happened_at)
    else:
        room.note(incident, words, by=by, at=at, happened_at=happened_at, internal=kind == Words.INTERNAL)


def bring_in(incident: MajorIncident, *, desk: Desk | None, party: Party | None, by: Viewer, at: datetime) -> None:
    place = desk or party
    owner = desk.owner if desk else party
    if place is None or owner is None:
        raise Invalid("Choose a desk that works here, or a party.")
    with verbs():
        room.bring_in(incident, owner, [place.seat], by=by, at=at)


ACTS = by_path(
    (
        Act("declaration", "declare", "Declare", declaring.declare, forms.Declare, steps=True, primary=True),
        Act("rejection", "reject", "Reject", declaring.reject, forms.Reject, steps=True),
        Act("restoration", "restore", "Service is restored", declaring.restore, forms.Restore, steps=True),
        Act("standing-down", "stand_down", "Stand down", declaring.stand_down, forms.StandDown, steps=True),
        Act("resending", "resend", "What was missed has been sent", declaring.resend, forms.Resend, steps=True),
        Act("agreement", "agree", "A party agrees", reconciling.agree, forms.Agree, steps=True),
        Act("objection", "object", "A party objects", reconciling.object_to, forms.ObjectTo, steps=True),
        Act("answer", "answer_objection", "Answer an objection", reconciling.answer, forms.AnswerObjection),
        Act("closing", "close", "Close", declaring.close, forms.Close, steps=True),
        Act(
            "second-declaration", "declare_again", "Declare again", declaring.declare_again, forms.DeclareAgain,
            steps=True,
        ),
        Act("situation", "describe", "Write the situation", room.describe, forms.Describe),
        Act("words", "note", "Write in the room", write, forms.Words, key="w"),
        Act("action", "give_action", "Give an action", room.give_action, forms.Give, key="a"),
        Act("role", "offer_role", "Offer a role", room.offer_role, forms.Offer),
        Act("reach", "reach", "Record who was reached", room.reached, forms.Reach),
        Act("case", "add_case", "Put a case under it", declaring.put_under, forms.PutUnder),
        Act("removal", "remove_case", "Take a case out", declaring.take_out, forms.TakeOut),
        Act("party", "bring_in", "Bring a party in", bring_in, forms.BringIn),
        Act("bridge", "bridge", "Name the bridge", room.name_bridge, forms.Bridge),
    )
)  # fmt: skip
ROLE_ACTS = by_path(
    (
        Act("acceptance", "take_role", "Accept", room.take_role, OneForm, primary=True),
        Act("refusal", "refuse_role", "Refuse", room.refuse_role, forms.Refuse),
    )
)
FINISH = Act("completion", "finish_action", "Done", room.finish_action, forms.Finish)


def buttons(incident: MajorIncident, viewer: Viewer) -> Offered:
    can = possible(incident.state, MOVES)
    return offered(ACTS, can, lambda act: policy.why_not(viewer, act.move, incident))


def why_not(act: Act, about: About) -> str | None:
    """For the page of one act: the state's sentence or the policy's, before anything is typed."""
    try:
        advance(about.incident, act.move)
    except WrongStage as refused:
        return refused.sentence
    refusal = policy.why_not(about.viewer, act.move, about.incident)
    return open_cases.why_not_declare(about.incident) if act.move == "declare" and not refusal else refusal
