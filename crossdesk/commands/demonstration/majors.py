"""What a step of a story does to the major incident that its case is under."""

from __future__ import annotations

from datetime import datetime

from crossdesk.commands.demonstration.ago import length
from crossdesk.commands.demonstration.told import Step, Told
from crossdesk.desks.models import Desk
from crossdesk.majors import declaring, proposing, reconciling, room
from crossdesk.majors.models import Action, MajorIncident, RoleHeld
from crossdesk.majors.operating import enter_for
from crossdesk.majors.room import Invited, Situation
from crossdesk.notices.publishing import leave
from crossdesk.notices.releasing import agree, send, wait
from crossdesk.notices.sheet import Said, Sheet
from crossdesk.notices.writing import draft
from crossdesk.operations.entering import Declaration
from crossdesk.parties.models import Party


def incident(told: Told) -> MajorIncident:
    over = MajorIncident.objects.select_related("lead__owner", "lead__seat")
    return over.get(under__case=told.case, under__until=None)


def proposes(told: Told) -> None:
    proposing.by_hand(told.case, title=told.more["title"], because=told.words, by=told.by, at=told.at)


def brings_in(told: Told) -> None:
    """A desk by its name, or else a whole party."""
    desk = told.here.desks.get(told.more["who"])
    if desk:
        desk = Desk.objects.select_related("owner", "seat").get(pk=desk.pk)
        room.bring_in(incident(told), desk.owner, [desk.seat], by=told.by, at=told.at)
    else:
        party = Party.objects.select_related("seat").get(name=told.more["who"])
        room.bring_in(incident(told), party, [party.seat], by=told.by, at=told.at)


def offers(told: Told) -> None:
    """To one of the people of the stories, or to a team of a party that is reached by telephone."""
    to = told.more["to"]
    known = told.here.people.get(to)
    party = Party.objects.get(pk=known.party) if known else Party.objects.get(name=told.more["party"])
    invited = Invited(known.name, party, known.person) if known else Invited(to, party)
    room.offer_role(incident(told), told.more["role"], invited, by=told.by, at=told.at)


def accepts(told: Told) -> None:
    held = RoleHeld.objects.select_related("incident__lead__owner", "party")
    offered = held.filter(incident=incident(told), accepted_at=None, ended_at=None, role=told.more["role"])
    room.take_role(offered.latest("pk"), by=told.by, at=told.at)


def describes(told: Told) -> None:
    row = told.more
    written = Situation(*("\n".join(row.get(name, ())) for name in ("conditions", "doing", "needs")))
    room.describe(incident(told), written, by=told.by, at=told.at)


def gives(told: Told) -> None:
    row = told.more
    room.give_action(
        incident(told),
        told.words,
        party=Party.objects.get(name=row["party"]),
        owner=row["owner"],
        due_at=told.later("due_in"),
        by=told.by,
        at=told.at,
    )


def finishes(told: Told) -> None:
    action = Action.objects.select_related("incident__lead__owner", "party")
    done = action.get(incident=incident(told), number=told.more["number"])
    room.finish_action(done, result=told.words, by=told.by, at=told.at)


def notes(told: Told) -> None:
    internal = told.more.get("reads") == "internal"
    happened_at = _earlier(told)
    room.note(incident(told), told.words, by=told.by, at=told.at, happened_at=happened_at, internal=internal)


def publishes(told: Told) -> None:
    """One update to its audiences, agreed by a second person, which leaves when its wait is over."""
    row = told.more
    lines = [Said(*line) for line in row["lines"]]
    audiences = row.get("audiences", ("public",))
    sheet = Sheet(row["title"], lines, audiences, told.later("next_in") if "next_in" in row else None)
    briefing = draft(incident(told), sheet, by=told.by, at=told.at)
    send(briefing, by=told.by, at=told.at)
    agree(briefing, by=told.here.acting(row["second"], told.at), at=told.at)
    leave(briefing.pk, briefing.incident_id, told.at + wait())


def reaches(told: Told) -> None:
    for name in told.more["who"]:
        party = Party.objects.get(name=name)
        room.reached(incident(told), party, told.more.get("reached", "yes"), told.words, by=told.by, at=told.at)


def agrees(told: Told) -> None:
    for name in told.more["who"]:
        reconciling.agree(incident(told), Party.objects.get(name=name), words=told.words, by=told.by, at=told.at)


def objects(told: Told) -> None:
    for name in told.more["who"]:
        reconciling.object_to(incident(told), Party.objects.get(name=name), why=told.words, by=told.by, at=told.at)


def answers(told: Told) -> None:
    party = Party.objects.get(name=told.more["party"])
    reconciling.answer(incident(told), party, why=told.words, by=told.by, at=told.at)


def _earlier(told: Told) -> datetime | None:
    return told.at - length(told.more["earlier"]) if "earlier" in told.more else None


def widens(told: Told) -> None:
    """Special operations, declared by the desk the rules name, whichever desk leads."""
    row = told.more
    declared = Declaration(row["scope"], (), row["authority"], told.words, told.at + length(row["lasts"]))
    enter_for(incident(told), declared, by=told.by, at=told.at)


MAJOR_STEPS: dict[str, Step] = {
    "major special": widens,
    "major propose": proposes,
    "major declare": lambda t: declaring.declare(incident(t), why=t.words, by=t.by, at=t.at),
    "major restore": lambda t: declaring.restore(incident(t), why=t.words, by=t.by, at=t.at),
    "major stand down": lambda t: declaring.stand_down(incident(t), why=t.words, by=t.by, at=t.at),
    "major resend": lambda t: declaring.resend(incident(t), why=t.words, by=t.by, at=t.at),
    "major agree": agrees,
    "major object": objects,
    "major answer": answers,
    "major close": lambda t: declaring.close(incident(t), why=t.words, by=t.by, at=t.at),
    "major bridge": lambda t: room.name_bridge(incident(t), t.words, by=t.by, at=t.at),
    "major bring in": brings_in,
    "major role": offers,
    "major accept": accepts,
    "major situation": describes,
    "major action": gives,
    "major done": finishes,
    "major decide": lambda t: room.decide(incident(t), t.words, by=t.by, at=t.at),
    "major note": notes,
    "major reach": reaches,
    "major publish": publishes,
}
