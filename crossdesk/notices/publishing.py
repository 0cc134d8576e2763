"""The moment an update leaves: each audience's rendering becomes an entry, letters follow, and the promise is renewed.

Any number of workers may look; each update leaves once, under the lock of its incident's thread.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crossdesk.cases.major_news import tell_raiser
from crossdesk.majors import promising
from crossdesk.majors.lifecycle import MOVES
from crossdesk.majors.models import MajorIncident, OnIt
from crossdesk.majors.moving import TRUTH
from crossdesk.notices.delivery import without_address
from crossdesk.notices.models import Briefing, Bulletin, Post, Recipient
from crossdesk.notices.reaching import addressees, cases_of, seats_of
from crossdesk.notices.releasing import keep
from crossdesk.notices.sheet import rendered
from crossdesk.notices.writing import looked_at
from crossdesk.threads.models import Thread
from crossdesk.threads.recording import Audience, record
from crossdesk.threads.viewer import CROSSDESK, Author, verbs

State = Briefing.State
PUBLISHED = "briefing.published"
PLACED = ("affected", "raisers")


def leave_due(at: datetime, at_most: int = 100) -> int:
    """From the index of what leaves; how many left or were held back."""
    with verbs():
        due = list(
            Briefing.objects.filter(state=State.LEAVING, leaves_at__lte=at)
            .order_by("leaves_at")
            .values_list("pk", "incident")[:at_most]
        )
    return sum(leave(briefing, incident, at) for briefing, incident in due)


def leave(pk: int, incident_pk: UUID, at: datetime) -> bool:
    with verbs():
        thread = Thread.objects.select_for_update(skip_locked=True).filter(pk=incident_pk).first()
        briefing = Briefing.objects.filter(pk=pk, state=State.LEAVING, leaves_at__lte=at).first() if thread else None
        if thread is None or briefing is None:
            return False
        briefing.incident = TRUTH.get(pk=incident_pk)
        because = _held(briefing, at)
        if because:
            _hold(thread, briefing, because, at)
        else:
            _publish(thread, briefing, at)
        briefing.save()
        return True


def _held(briefing: Briefing, at: datetime) -> str:
    """The register may have learnt of another party meanwhile, and the incident may be over."""
    if briefing.incident.state not in MOVES["brief"].origin:
        return f"{briefing.incident} is {briefing.incident.get_state_display().lower()}."
    if briefing.next_update_by and briefing.next_update_by - at < promising.MINUTE:
        return "The time of the next update that it promises is over; promise a later one."  # no worker ran till now
    sentences = [sentence for each in looked_at(briefing.incident, briefing) for sentence in each.objections]
    return " ".join(dict.fromkeys(sentences))


def _hold(thread: Thread, briefing: Briefing, because: str, at: datetime) -> None:
    briefing.state, briefing.leaves_at, briefing.asked_at = State.DRAFT, None, None
    briefing.asked_by = briefing.agreed_by = None
    briefing.asked_name = briefing.agreed_name = ""
    briefing.recipients.all().delete()
    record(
        thread, "major.hold_update", audience=briefing.incident.internal(), by=CROSSDESK, at=at, words=because,
        number=briefing.number,
    )  # fmt: skip


def _publish(thread: Thread, briefing: Briefing, at: datetime) -> None:
    incident, by = briefing.incident, _hand(briefing)
    now_to = addressees(incident, briefing.audiences)
    keep(briefing, now_to, at)
    _put_on_it(briefing)
    _drop_those_who_left({each.address.lower() for each in now_to}, briefing, at)
    briefing.state, briefing.out_at = State.OUT, at
    lines = list(briefing.lines.all())
    room = rendered(lines, "resolvers", briefing.next_update_by)
    record(
        thread, "major.brief", audience=incident.room(), by=by, at=at, words=room, detail={"title": briefing.title},
        number=briefing.number, audiences=briefing.audiences,
    )  # fmt: skip
    promising.renew(incident, thread, briefing.next_update_by, at=at, by=by)
    incident.last_update_at = at
    incident.save()
    for key in briefing.audiences:
        _tell(key, rendered(lines, key, briefing.next_update_by), briefing, by, at)
    without_address(briefing, thread, at)


def _tell(key: str, words: str, briefing: Briefing, by: Author, at: datetime) -> None:
    incident = briefing.incident
    bulletin, thread = _bulletin(incident, at)
    record(
        thread, PUBLISHED, audience=Audience(key, seats_of(incident, key)), by=by, at=at, words=words,
        detail={"title": briefing.title}, briefing=briefing.pk, number=briefing.number,
    )  # fmt: skip
    bulletin.seats, bulletin.next_update_by, bulletin.changed_at = thread.seats, incident.next_update_by, at
    bulletin.save()
    if key == "raisers":
        for case in cases_of(incident):
            tell_raiser(case, words, incident=str(incident), title=briefing.title, by=by, at=at)
    if key == "public":
        Post.objects.create(
            incident=incident.reference,
            number=briefing.number,
            system=incident.system,
            title=briefing.title,
            words=words,
            at=at,
            next_update_by=incident.next_update_by,
        )


def _bulletin(incident: MajorIncident, at: datetime) -> tuple[Bulletin, Thread]:
    known = Bulletin.objects.filter(incident=incident).first()
    if known:
        return known, Thread.objects.select_for_update().get(pk=known.pk)
    thread = Thread.objects.create(kind="bulletin", seats=[incident.lead.seat_id])
    made = Bulletin(
        thread=thread, incident=incident, reference=incident.reference, system=incident.system, changed_at=at
    )
    return made, thread


def _put_on_it(briefing: Briefing) -> None:
    """Who is affected and told has a place on the incident: was it reached, and does it agree in the end?"""
    incident = briefing.incident
    told = briefing.recipients.filter(audience__in=PLACED).exclude(party=None).values_list("party", flat=True)
    missing = set(told) - set(incident.parties.values_list("party", flat=True))
    OnIt.objects.bulk_create(OnIt(incident=incident, party_id=each, seats=[incident.lead.seat_id]) for each in missing)


def _drop_those_who_left(addresses: set[str], briefing: Briefing, at: datetime) -> None:
    for each in briefing.recipients.filter(state=Recipient.State.WAITING):
        if each.address.lower() not in addresses:
            each.state, each.state_at, each.because = Recipient.State.STOPPED, at, "It is no longer a contact."
            each.save()


def _hand(briefing: Briefing) -> Author:
    """In the hand of whoever let it leave, for the lead desk."""
    lead = briefing.incident.lead
    name, person = briefing.agreed_name or briefing.asked_name, briefing.agreed_by or briefing.asked_by
    return Author(name, str(lead), person, lead.owner_id, lead.pk)
