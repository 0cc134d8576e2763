"""Sending an update: looked at again, agreed by a second person where the market reads it, stoppable for a while.

Until its moment comes nothing of it exists outside the lead desk, so stopping it in time stops all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from crossdesk.access import Invalid, Moved, NotAllowed, WrongStage
from crossdesk.kit.time import clock_time
from crossdesk.majors.promising import MINUTE
from crossdesk.notices.models import Briefing, Recipient
from crossdesk.notices.reaching import Addressee
from crossdesk.notices.writing import Preview, holding, looked_at, tell
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import Viewer

State = Briefing.State


def send(briefing: Briefing, *, by: Viewer, at: datetime) -> None:
    """Leaves after the wait; a market-wide one first waits for another person to agree."""
    with holding(briefing, "release_update", by=by, at=at) as thread:
        if briefing.state != State.DRAFT:
            raise Moved(_where_it_stands(briefing, at))
        seen = _require_sound(briefing, at)
        briefing.asked_by, briefing.asked_name, briefing.asked_at = by.person, by.name, at
        second = [each.name for each in seen if each.second_person]
        if second:
            briefing.state = State.ASKED
            tell(thread, briefing, "ask_second", by, at, second=second)
        else:
            _leave_soon(thread, briefing, seen, by, at)


def agree(briefing: Briefing, *, by: Viewer, at: datetime) -> None:
    """A second person of the lead desk has read every preview and lets it leave."""
    with holding(briefing, "release_update", by=by, at=at) as thread:
        if briefing.state != State.ASKED:
            raise Moved(_where_it_stands(briefing, at))
        if by.person is None or by.person == briefing.asked_by:
            raise NotAllowed(
                f"{briefing.asked_name} asked for this; another person at {briefing.incident.lead} agrees."
            )
        seen = _require_sound(briefing, at)
        briefing.agreed_by, briefing.agreed_name = by.person, by.name
        _leave_soon(thread, briefing, seen, by, at)


def take_back(briefing: Briefing, *, why: str, by: Viewer, at: datetime) -> None:
    """From the second person to the draft again, by either of the two."""
    with holding(briefing, "stop_update", by=by, at=at) as thread:
        if briefing.state != State.ASKED:
            raise Moved(_where_it_stands(briefing, at))
        briefing.state, briefing.asked_by, briefing.asked_at, briefing.asked_name = State.DRAFT, None, None, ""
        tell(thread, briefing, "stop_update", by, at, words=why)


def stop(briefing: Briefing, *, why: str, by: Viewer, at: datetime) -> None:
    with holding(briefing, "stop_update", by=by, at=at) as thread:
        if briefing.state == State.OUT or (briefing.leaves_at and briefing.leaves_at <= at):
            raise WrongStage(f"{briefing} left at {_at(briefing.leaves_at, at)}; write another that puts it right.")
        if briefing.state != State.LEAVING:
            raise Moved(_where_it_stands(briefing, at))
        briefing.state, briefing.stopped_at = State.STOPPED, at
        briefing.recipients.filter(state=Recipient.State.WAITING).update(state=Recipient.State.STOPPED, state_at=at)
        tell(thread, briefing, "stop_update", by, at, words=why)


def keep(briefing: Briefing, to: Sequence[Addressee], at: datetime) -> None:
    """A row for each of them, so that the report begins with whom it was meant for."""
    known = {(each.address.lower(), each.name if not each.address else "") for each in briefing.recipients.all()}
    new = [each for each in to if (each.address.lower(), each.name if not each.address else "") not in known]
    Recipient.objects.bulk_create(
        Recipient(
            briefing=briefing,
            audience=each.audience,
            name=each.name[:160],
            address=each.address,
            telephone=each.telephone,
            party_id=each.party,
            reader_seat=each.reader_seat,
            subscription_id=each.subscription,
            cases=list(each.cases),
            state=_begins(each),
            state_at=at,
            seats=briefing.seats,
        )
        for each in new
    )


def _require_sound(briefing: Briefing, at: datetime) -> list[Preview]:
    seen = looked_at(briefing.incident, briefing)
    because = [sentence for each in seen for sentence in each.objections]
    if because:
        raise Invalid(" ".join(dict.fromkeys(because)))
    if briefing.next_update_by and briefing.next_update_by - (at + wait()) < MINUTE:
        raise Invalid("The next update is promised for a time that lies no minute ahead; promise a later one.")
    return seen


def _leave_soon(thread: Thread, briefing: Briefing, seen: Sequence[Preview], by: Viewer, at: datetime) -> None:
    briefing.state, briefing.leaves_at = State.LEAVING, at + wait()
    briefing.recipients.all().delete()
    keep(briefing, [each for preview in seen for each in preview.to], at)
    tell(thread, briefing, "release_update", by, at, leaves=briefing.leaves_at.isoformat())


def wait() -> timedelta:
    return timedelta(seconds=settings.NOTICES_WAIT)


def _begins(to: Addressee) -> str:
    if not to.address:
        return Recipient.State.NO_ADDRESS
    return Recipient.State.QUIET if to.quiet else Recipient.State.WAITING


def _where_it_stands(briefing: Briefing, at: datetime) -> str:
    match briefing.state:
        case State.ASKED:
            return f"{briefing.asked_name} asked for {briefing} before you; it waits for a second person to agree."
        case State.LEAVING:
            who = briefing.agreed_name or briefing.asked_name
            moment = _at(briefing.leaves_at, at)
            return f"{who} was here before you: {briefing} leaves at {moment} and can be stopped until then."
        case State.OUT:
            return f"{briefing} left at {_at(briefing.out_at, at)}; write the next one."
        case State.STOPPED:
            return f"{briefing} was stopped; write the next one."
    return f"{briefing} is a draft; nobody asked for it to be sent."


def _at(moment: datetime | None, at: datetime) -> str:
    return clock_time(moment, at) if moment else "its moment"
