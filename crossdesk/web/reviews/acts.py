"""What can be done with a review: each act is a small resource that makes one call of one verb."""

from __future__ import annotations

from crossdesk.access import WrongStage
from crossdesk.access.moves import possible
from crossdesk.reviews import account, acting, facts, policy, publishing, sections
from crossdesk.reviews.lifecycle import MOVES, advance
from crossdesk.reviews.models import Part
from crossdesk.reviews.questions import Reading
from crossdesk.web.acts import Act, Offered, by_path, offered
from crossdesk.web.reviews import forms
from crossdesk.web.reviews.forms import About

ACTS = by_path(
    (
        Act(
            "circulation",
            "circulate",
            "Give it to the parties",
            publishing.circulate,
            forms.Circulate,
            steps=True,
            primary=True,
        ),
        Act("publication", "publish", "Publish", publishing.publish, forms.Publish, steps=True, primary=True),
        Act("drawing-back", "draw_back", "Draw it back", publishing.draw_back, forms.DrawBack, steps=True),
        Act("account", "describe", "Write the account", account.describe, forms.Describe),
        Act("moment", "say_when", "Correct a moment", account.say_when, forms.SayWhen),
        Act("section", "write_section", "Write our section", sections.write, forms.Write),
        Act("signature", "sign", "Sign", sections.sign, forms.Sign),
        Act("unsigning", "unsign", "Take the signature back", sections.unsign, forms.Unsign),
        Act("name", "name", "Under which name", sections.name, forms.Name),
        Act("fact", "state_fact", "State a fact", facts.state, forms.State),
        Act("action", "give_action", "Give an action", acting.give, forms.Give),
    )
)
OF_A_FACT = by_path(
    (
        Act("agreement", "answer_fact", "Agree", facts.answer, forms.Agree),
        Act("dispute", "answer_fact", "Dispute", facts.answer, forms.Dispute),
        Act("withdrawal", "withdraw_fact", "Withdraw", facts.withdraw, forms.Withdraw),
    )
)
OF_AN_ACTION = by_path(
    (
        Act("completion", "finish_action", "Done", acting.finish, forms.Finish),
        Act("due", "move_action", "Move", acting.move, forms.MoveAction),
        Act("withdrawal", "withdraw_action", "Withdraw", acting.withdraw, forms.OfTheAction),
        Act("wording", "word_action", "Word it anew", acting.word, forms.Reword),
    )
)
OF_AN_EVENT = by_path((Act("wording", "word_event", "Word this line", account.word_event, forms.WordEvent),))


def buttons(reading: Reading) -> Offered:
    can = possible(reading.review.state, MOVES)
    return offered(ACTS, can, lambda act: policy.why_not(reading.viewer, act.move, reading.review, reading.mine))


def why_not(act: Act, about: About) -> str | None:
    """For the page of one act: the state's sentence or the policy's, before anything is typed."""
    try:
        advance(about.review, act.move)
    except WrongStage as refused:
        return refused.sentence
    return policy.why_not(about.viewer, act.move, about.review, _whose(about, act))


def _whose(about: About, act: Act) -> Part | None:
    """The viewer's own part, or for an action the part that owes it; other parties' parts are not there to be read."""
    if about.action is not None and act.move == "finish_action":
        return Part.objects.filter(pk=about.action.part_id).first()
    return Part.objects.filter(review=about.review, party=about.viewer.party).first()
