"""Who may do what with a case. The answer is a sentence: the refusal, the greyed button and the test share it."""

from __future__ import annotations

from collections.abc import Container

from crossdesk.access import DESK_WORK, TRIAGE_WORK, NotAllowed, Role
from crossdesk.cases.legs import Leg
from crossdesk.cases.lifecycle import MOVES, WORDS, Stage
from crossdesk.cases.models import Case, Hold
from crossdesk.desks.models import Desk
from crossdesk.threads.models import Entry
from crossdesk.threads.viewer import Viewer

OWNERS = frozenset(
    {
        "take",
        "redirect",
        "own",
        "raise_onward",
        "prioritise",
        "assign",
        "link",
        "know",
        "unknow",
        "mark_duplicate",
        "ask",
        "resolve",
        "close",
        "show_legs",
        "bounce",
    }
)
RESOLVERS = frozenset({"accept", "refuse", "resolve", "ask"})
RAISERS = frozenset({"confirm", "dispute", "withdraw", "answer", "carry"})
MANAGERS = frozenset({Role.SERVICE_MANAGER, Role.MAJOR_INCIDENT_MANAGER})
SENDERS = frozenset({"send", "ask_them", "confirm", "dispute", "withdraw", "give_up", "let_go", "deliver", "bounce"})
OUTCOMES = frozenset({"prioritise", "raise_onward", "decline", "assign"})
"""What an engaged desk decides about its leg as a desk decides about a case: its triage."""
INWARD = "ldso-service-desk"
EITHER_END = frozenset({"update", "carry_on"})


def why_not(by: Viewer, move: str, case: Case) -> str | None:
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if unnamed := why_not_named(by, case):
        return unnamed
    at_owner = by.works_at(case.owner_id)
    raised_it = speaks_for_raiser(by, case)
    words = WORDS.get(move, move.replace("_", " "))
    if move in {"withdraw", "carry"} and by.party != case.raiser_id:
        return f"Only {case.raiser} itself, which raised {case}, can {words}{'' if move in WORDS else ' it'}."
    if move in RAISERS:
        return _held(move, case) if raised_it else f"Only {case.raiser}, who raised {case}, can {words} it."
    if move == "reopen":
        if not (raised_it or at_owner):
            return f"Only {case.raiser} or {case.owner} can reopen {case}."
        return f"{case} was carried on to another desk, and goes on there." if case.carried else None
    if move in {"say", "decide"}:
        return _why_not_jointly(by, move, case)
    if move in {"write", "add"}:
        return None if raised_it or set(by.own_seats) & set(case.seats) else _only_reads(by, case)
    if move == "name":
        return None if case.restricted else f"{case} is not restricted, so nobody is named on it."
    if move == "restrict":
        managed = at_owner and by.roles & MANAGERS
        return None if managed else f"Only a service manager of {case.owner} can restrict {case} to named people."
    if move in {"take_review", "conclude_review"}:
        managed = at_owner and by.roles & MANAGERS
        return None if managed else f"Only a service manager of {case.owner} asks for its reviews and concludes them."
    if move == "erase":
        return _why_not_erase_at_all(by, case)
    if move in {"accept", "refuse"}:
        return None if by.roles & DESK_WORK else f"Only the group that was offered {case} can {words} it."
    if move in {"link", "mark_duplicate"} and case.restricted:
        return f"{case} is restricted: a link would tell of it those who are not named."
    if not at_owner:
        return f"Only {case.owner}, which owns {case}, can {words}."
    needed = DESK_WORK if move in RESOLVERS else TRIAGE_WORK
    if not by.roles & needed:
        return f"At {case.owner}, only a desk agent or a service manager can {words}."
    return _unsettled(move, case)


def _why_not_jointly(by: Viewer, move: str, case: Case) -> str | None:
    """Each desk concerned gives its side; the owning desk decides, or a central provider's desk among them."""
    joint = case.joint_triages.filter(decided_at=None).first()
    concerned = set(by.desks) & set(joint.desks) if joint else set()
    if not concerned:
        return f"{case} is in no joint triage with a desk of yours."
    if not by.roles & TRIAGE_WORK:
        return "Only a desk agent or a service manager speaks for a desk in joint triage."
    if move == "say" or case.owner_id in concerned:
        return None
    if Desk.objects.filter(pk__in=concerned, owner__central=True).exists():
        return None
    return f"Only {case.owner}, or a central provider's desk among those concerned, decides joint triage."


def speaks_for_raiser(by: Viewer, case: Case) -> bool:
    """The raiser's own people, or a delegate whose delegation lets it act and covers this case."""
    if by.party == case.raiser_id:
        return True
    return any(lent.may_act and lent.party == case.raiser_id and lent.seat in case.followed_by for lent in by.lent)


def _only_reads(by: Viewer, case: Case) -> str:
    if set(by.seats) & set(case.seats):
        return f"{by.party_name} reads {case} and does not act for {case.raiser}; ask {case.raiser} to write on it."
    return "Only those on the case can write on it."


def why_not_named(by: Viewer, case: Case) -> str | None:
    """Whoever works at a desk or for a party on a restricted case is there only if named."""
    if case.restricted and not set(by.lists) & set(case.lists.values()):
        return "Only the people named on this case can do anything with it."
    return None


def require_named(by: Viewer, case: Case) -> None:
    _refuse(why_not_named(by, case))


def _unsettled(move: str, case: Case) -> str | None:
    if move == "resolve":
        if case.bounces > 1 and case.joint_triages.filter(decided_at=None).exists():
            return f"{case} is in joint triage; decide there whose it is before it is resolved."
        waiting = [str(leg.to_desk) for leg in case.legs.all() if not leg.settled]
        if case.kind == Case.Kind.REQUEST and (hold := _hold(case, Hold.Keeps.RESOLVING)):
            return f"{case} cannot be resolved yet: {hold.why}"
        if waiting:
            return f"{case} cannot be resolved until every engaged desk has answered: waiting for {', '.join(waiting)}."
    if move == "redirect" and any(not leg.settled for leg in case.legs.all()):
        return f"{case} cannot be redirected while another desk works on it; withdraw that engagement first."
    return _held(move, case)


def _held(move: str, case: Case) -> str | None:
    """Nothing that closes a case passes by what holds it open."""
    if move not in MOVES or MOVES[move].to != Stage.CLOSED:
        return None
    held = _hold(case, Hold.Keeps.CLOSING)
    return f"{case} must stay open: {held.why}" if held else None


def _hold(case: Case, keeps: str) -> Hold | None:
    return next((hold for hold in case.holds.all() if hold.lifted_at is None and hold.keeps == keeps), None)


def _why_not_erase_at_all(by: Viewer, case: Case) -> str | None:
    if Role.SERVICE_MANAGER in by.roles and set(by.seats) & set(case.seats) and by.desks:
        return None
    return f"Only a service manager of {case.owner}, or of a desk on {case} for its own notes, can have words erased."


def why_not_erase(by: Viewer, entry: Entry, case: Case) -> str | None:
    """The owning desk answers for what is on its case; what a desk wrote for itself is that desk's."""
    refusal = _why_not_erase_at_all(by, case)
    if refusal:
        return refusal
    keeper = entry.of if entry.audience == "internal" else case.owner_id
    if not by.works_at(keeper):
        return f"Only {case.owner}, which owns {case}, can have that entry's words erased."
    return None


def why_not_leg(by: Viewer, move: str, leg: Leg) -> str | None:
    if by.roles == {Role.AUDITOR}:
        return "Auditors read; they change nothing."
    if unnamed := why_not_named(by, leg.case):
        return unnamed
    ours, theirs = by.works_at(leg.from_desk_id), by.works_at(leg.to_desk_id)
    words = WORDS.get(move, move.replace("_", " "))
    if move in EITHER_END:
        return None if ours or theirs else f"Only {leg.from_desk} and {leg.to_desk} can write on this leg."
    if move in SENDERS:
        return None if ours else f"Only {leg.from_desk}, which engaged {leg.to_desk}, can {words}."
    if not theirs and (leg.to_desk.hosted or not ours or move in OUTCOMES - {"decline"}):
        return f"Only {leg.to_desk} can {words} on its own leg."
    if theirs and move in OUTCOMES and not by.roles & TRIAGE_WORK:
        return f"At {leg.to_desk}, only a desk agent or a service manager can {words}."
    return _waits_onward(move, leg)  # a desk elsewhere speaks by mail, or by the sender's hand


def _waits_onward(move: str, leg: Leg) -> str | None:
    """A leg with an onward leg still open is as unfinished as a case with a leg is."""
    waiting = [str(each.to_desk) for each in leg.case.legs.all() if each.onward_of_id == leg.pk and not each.settled]
    if not waiting or move not in {"resolve", "decline"}:
        return None
    names = ", ".join(waiting)
    if move == "resolve":
        return f"This leg cannot be resolved until every desk you engaged on it has answered: waiting for {names}."
    return (
        f"This leg cannot be declined while a desk you engaged works on it: withdraw the engagement of {names} first."
    )


def require(by: Viewer, move: str, case: Case) -> None:
    _refuse(why_not(by, move, case))


def require_leg(by: Viewer, move: str, leg: Leg) -> None:
    _refuse(why_not_leg(by, move, leg))


def _refuse(sentence: str | None) -> None:
    if sentence:
        raise NotAllowed(sentence)


def may_engage(sender: Desk, to: Desk, opened: Container[str] = ()) -> str | None:
    """Suppliers and agents reach an LDSO's help desk; its service desk faces inward (approach, sections 2 and 5).

    `opened` are the rules' desks that special operations open to the sender on this case: `cases.widened`.
    """
    if to.rule == INWARD and not sender.central and to.rule not in opened:
        return f"{to} faces inward: only a central provider's desk engages it; engage the help desk instead."
    return None
