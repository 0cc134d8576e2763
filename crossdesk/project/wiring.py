"""What follows from which entry: the one table of reactions, each in the entry's own transaction and without I/O."""

from __future__ import annotations

from itertools import chain

from crossdesk.api.tmf621 import events, jobs, leaving
from crossdesk.api.tmf621.erased import forget_given
from crossdesk.cases import clocking, known, reviewing
from crossdesk.cases.major_news import propose_to_children
from crossdesk.cases.questions import ESCALATED
from crossdesk.desks.ways import Channel
from crossdesk.exchange import changed_fields, escalating, owed, promised, waiting, works
from crossdesk.exchange.channels import ADAPTERS, Adapter
from crossdesk.exchange.channels.crossdesk import CrossdeskChannel
from crossdesk.exchange.channels.servicenow.adapter import ServiceNow
from crossdesk.exchange.channels.tmf621.adapter import TroubleTickets
from crossdesk.exchange.erased import forget_letters
from crossdesk.exchange.outbox import (
    ACCEPTED,
    CLOSURES,
    TO_THE_DESK,
    TO_THE_RAISER,
    keep_letters_to_the_named,
    write_acceptance,
    write_closure,
    write_to_desk,
    write_to_raiser,
)
from crossdesk.exchange.updates import write_update
from crossdesk.impact.crossing import CROSSED
from crossdesk.impact.register import admit
from crossdesk.jobs.impact import MAY_TIP, wake_looking
from crossdesk.jobs.known import wake_telling
from crossdesk.jobs.mail import wake_sending
from crossdesk.jobs.proof import every_ten_minutes
from crossdesk.jobs.recounting import recount_every_minute
from crossdesk.jobs.requests import look_at_requests
from crossdesk.jobs.sight import wake_filling
from crossdesk.jobs.tidying import expire_drafts
from crossdesk.knowledge.answering import follow_raise
from crossdesk.majors.counting import follow_cases
from crossdesk.majors.declaring import follow_link
from crossdesk.majors.operating import follow_close
from crossdesk.majors.proposing import from_threshold
from crossdesk.notices.publishing import PUBLISHED
from crossdesk.problems import recurring
from crossdesk.project.proving import PROOFS
from crossdesk.requests import approving, fulfilling, proving
from crossdesk.reviews import opening
from crossdesk.signals.jobs import forget_signals, look_for_feeds
from crossdesk.status import following
from crossdesk.threads import recording
from crossdesk.webhooks import cloud
from crossdesk.webhooks.jobs import every_minute, every_night, tell_programs
from crossdesk.webhooks.leaving import FACES, Face

Reactions = dict[str, tuple[recording.Reaction, ...]]

CLOCKS: Reactions = dict.fromkeys(clocking.FOLLOWS, (clocking.follow,))
ASKING_REVIEWS: Reactions = dict.fromkeys(
    ("case.confirm", "case.close", "case.redirect", "case.withdraw", "case.mark_duplicate", "case.turn_down"),
    (reviewing.follow_closing,),
)
THRESHOLDS: Reactions = {**dict.fromkeys(MAY_TIP, (wake_looking,)), CROSSED: (from_threshold,)}
INCIDENTS: Reactions = {
    "major.close": (follow_close,),
    "case.link": (follow_link,),
    "major.add_case": (follow_cases,),
    "major.remove_case": (follow_cases,),
}
ESCALATIONS: Reactions = {
    **dict.fromkeys(escalating.STEPS, (escalating.escalate, promised.remind_the_room, owed.remind)),
    ESCALATED: (wake_sending,),
    promised.REMINDED: (wake_sending,),
    **dict.fromkeys(owed.REMINDED, (wake_sending,)),
}
WAITING: Reactions = {
    "request.approval_asked": (waiting.tell_of_approval, wake_sending),
    "request.give": (waiting.tell_of_step, wake_sending),
    reviewing.ASKED: (waiting.tell_of_review, wake_sending),
    **dict.fromkeys(waiting.MAY_PROPOSE, (waiting.tell_of_proposals,)),
    waiting.PROPOSED: (wake_sending,),
}
SIGHT: Reactions = {
    "leg.engage": (admit,),
    "case.restrict": (keep_letters_to_the_named,),
    "case.reopen": (wake_filling,),
}
DEFLECTIONS: Reactions = {"case.raised": (follow_raise,)}
REQUESTS: Reactions = {
    "case.reopen": (approving.follow_reopening,),
    **dict.fromkeys(
        ("leg.confirm", "leg.decline", "leg.withdraw", "leg.give_up", "leg.let_go"), (fulfilling.follow_leg,)
    ),
}
REVIEWS: Reactions = dict.fromkeys(opening.FOLLOWED, (opening.follow_incident,))
PROBLEMS: Reactions = {
    **dict.fromkeys(recurring.FOLLOWED, (recurring.follow,)),
    **dict.fromkeys(known.READERS_CHANGED, (known.follow_readers,)),
    "known_error.fix": (wake_telling,),
}
SUBSCRIBERS: Reactions = dict.fromkeys(events.FOLLOW, (jobs.tell_subscribers,))
PROGRAMS: Reactions = dict.fromkeys(cloud.FOLLOWED, (tell_programs,))
ERASURES: Reactions = {"case.erase": (forget_letters, forget_given)}
LETTERS_TO_DESKS: Reactions = dict.fromkeys(TO_THE_DESK, (write_to_desk, wake_sending))
LETTERS_TO_RAISERS: Reactions = dict.fromkeys(TO_THE_RAISER, (write_to_raiser, wake_sending))
MESSAGES_TO_RAISERS: Reactions = dict.fromkeys(("case.reopen", "case.answer"), (write_to_raiser, wake_sending))
FALLING: Reactions = {"exchange.fallback": (waiting.tell_of_fallback, wake_sending)}
FIELDS: Reactions = {
    "case.prioritise": (changed_fields.follow_priority,),
    changed_fields.TOLD: (wake_sending,),
}
ACCEPTING_LETTERS: Reactions = dict.fromkeys(ACCEPTED, (write_acceptance, wake_sending))
CLOSING_LETTERS: Reactions = dict.fromkeys(CLOSURES, (write_to_raiser, write_closure, wake_sending))
STATUS: Reactions = {
    PUBLISHED: (following.follow_update,),
    **dict.fromkeys(following.STEPS, (following.follow_step,)),
    **dict.fromkeys(works.TOLD, (works.write_about_work, wake_sending)),
}
MAJORS: Reactions = {PUBLISHED: (write_update, wake_sending), "case.resolve": (propose_to_children,)}

IN_ORDER = (
    CLOCKS,
    REQUESTS,
    ASKING_REVIEWS,
    THRESHOLDS,
    INCIDENTS,
    ESCALATIONS,
    WAITING,
    SIGHT,
    LETTERS_TO_DESKS,
    LETTERS_TO_RAISERS,
    MESSAGES_TO_RAISERS,
    ACCEPTING_LETTERS,
    FALLING,
    FIELDS,
    CLOSING_LETTERS,
    MAJORS,
    STATUS,
    DEFLECTIONS,
    REVIEWS,
    PROBLEMS,
    ERASURES,
    SUBSCRIBERS,
    PROGRAMS,
)
"""Clocks first: a letter tells what they say."""

FOLLOWS: Reactions = {
    kind: tuple(dict.fromkeys(chain.from_iterable(table.get(kind, ()) for table in IN_ORDER)))
    for kind in chain.from_iterable(IN_ORDER)
}

ON_THEIR_OWN = (
    every_ten_minutes,
    expire_drafts,
    recount_every_minute,
    every_minute,
    every_night,
    look_at_requests,
    look_for_feeds,
    forget_signals,
)
"""Jobs that follow from no entry; a worker knows them because they are named here."""


SPOKEN: dict[Channel, Adapter] = {
    Channel.CROSSDESK: CrossdeskChannel(),
    Channel.SERVICENOW: ServiceNow(),
    Channel.TMF621: TroubleTickets(),
}
"""The channels of machines that are spoken here."""

TOLD: dict[str, Face] = {cloud.FACE: cloud.said, "v4": leaving.said, "v5": leaving.said}
"""How subscribers are told."""


def wire() -> None:
    proving.PROOFS.clear()
    proving.PROOFS.update(PROOFS)
    ADAPTERS.clear()
    ADAPTERS.update(SPOKEN)
    FACES.clear()
    FACES.update(TOLD)
    recording.FOLLOWS.clear()
    recording.FOLLOWS.update(FOLLOWS)
