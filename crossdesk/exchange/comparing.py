"""Whether lines are sound: tried while they are quiet, and once a day compared with what their tickets hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from crossdesk.exchange import lines, speaking
from crossdesk.exchange.channels import NotTaken, Speaking, adapter, in_turn
from crossdesk.exchange.lines import Line, secrets_of
from crossdesk.exchange.links import terms_of
from crossdesk.exchange.reading import asking_of, take_in
from crossdesk.threads.viewer import verbs

QUIET = timedelta(hours=1)
MOST = 200


def compare(at: datetime) -> int:
    """Reads every open ticket from its beginning. What was missed is applied now, and counted as drift."""
    return sum(_compare(line, at) for line in _sound(at, Q()))


def _compare(line: Line, at: datetime) -> int:
    with verbs():
        asking = asking_of(line, at)
    if asking is None or not asking.tickets:
        return 0
    try:
        changes = asking.ask(at, since="")
    except NotTaken as trouble:
        _trouble(line, trouble, at)
        return 0
    missed = take_in(line, changes, at)
    with verbs():
        lines.answered(line, at)
        Line.objects.filter(pk=line.pk).update(compared_at=at, drift=missed)
    return missed


def probe(at: datetime) -> int:
    """Asks for something harmless where nothing was heard for an hour; answers how many did not answer."""
    return sum(not _answers(line, at) for line in _sound(at, Q(answered_at=None) | Q(answered_at__lte=at - QUIET)))


def _answers(line: Line, at: datetime) -> bool:
    with verbs():
        terms = terms_of(line, at)
        to = [Speaking(terms.exchange, secret) for _, secret in secrets_of(line)] if terms else []
    if terms is None or not terms.exchange.channel.by_machine:
        return True
    try:
        in_turn(to, adapter(terms.exchange.channel).probe)
    except NotTaken as trouble:
        _trouble(line, trouble, at)
        return False
    with verbs():
        lines.answered(line, at)
    return True


def _trouble(line: Line, trouble: NotTaken, at: datetime) -> None:
    with verbs():
        speaking.line_trouble(line, trouble, at)


def _sound(at: datetime, which: Q) -> list[Line]:
    with verbs():
        rested = Q(resting_until=None) | Q(resting_until__lte=at)
        live = Line.objects.filter(which, rested, paused_at=None).select_related("agreement__promiser")
        return list(live.order_by("answered_at", "pk")[:MOST])
