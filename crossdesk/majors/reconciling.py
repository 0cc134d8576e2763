"""Before it closes every party says that its records are reconciled, or objects. An objection is answered.

What a party says here is between it and the lead desk: the room may hold its competitors.
"""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import Invalid, WrongStage
from crossdesk.majors.models import MajorIncident, OnIt
from crossdesk.majors.moving import moving, told
from crossdesk.parties.models import Party
from crossdesk.threads.recording import Audience
from crossdesk.threads.viewer import Viewer


def agree(incident: MajorIncident, party: Party, *, words: str, by: Viewer, at: datetime) -> None:
    """Each party for itself; the lead desk may record a party's word, and says whose. It ends an objection."""
    _say(words, "Say what was compared, and what is left.")
    with moving(incident, "agree", by=by, at=at) as thread:
        place = _place(incident, party, by, "says that its records are reconciled")
        place.agreed_at, place.agreed_words = at, words.strip()[:300]
        place.save()
        told(
            thread, incident, "agree", words, by, at, audience=_between(place), detail={"party": str(party)},
            agreed=party.pk,
        )  # fmt: skip
        if not incident.parties.filter(agreed_at=None).exists():
            incident.reconciled_at = at


def object_to(incident: MajorIncident, party: Party, *, why: str, by: Viewer, at: datetime) -> None:
    """Takes back what the party agreed before. It stands until the party agrees or the lead answers it."""
    _say(why, "Say what is not reconciled; the leading desk answers that.")
    with moving(incident, "object", by=by, at=at) as thread:
        place = _place(incident, party, by, "objects for itself")
        if place.objecting:
            raise Invalid(f"{party} objects already, and nobody has answered yet; write the rest in the room.")
        place.agreed_at, place.agreed_words = None, ""
        place.objected_at, place.objected_why = at, why.strip()
        place.answered_at, place.answer = None, ""
        place.save()
        incident.reconciled_at = None
        told(
            thread, incident, "object", why, by, at, audience=_between(place), detail={"party": str(party)},
            objected=party.pk,
        )  # fmt: skip


def answer(
    incident: MajorIncident, party: Party, *, why: str, by: Viewer, at: datetime, seen: int | None = None
) -> None:
    """The party need not agree; what it objected and what it was answered stay side by side."""
    _say(why, "Say why the incident may close although the party objects; that stays beside its objection.")
    with moving(incident, "answer_objection", by=by, at=at, seen=seen) as thread:
        place = OnIt.objects.filter(incident=incident, party=party).select_related("party").first()
        if place is None or not place.objecting:
            raise Invalid(f"No objection of {party} stands; look at the incident as it is now.")
        place.answered_at, place.answer = at, why.strip()
        place.save()
        told(
            thread, incident, "answer_objection", why, by, at, audience=_between(place), detail={"party": str(party)},
            answered=party.pk,
        )  # fmt: skip


def require_answered(incident: MajorIncident) -> None:
    """Closing passes by nobody who objects and was not answered, whatever reason is given for the silent."""
    standing = [place for place in incident.parties.select_related("party") if place.objecting]
    if standing:
        names = ", ".join(str(place.party) for place in standing)
        raise WrongStage(
            f"{incident} cannot close while an objection stands: {names}."
            " Put it right and record that the party agrees, or answer the objection with a reason."
        )


def begin_anew(incident: MajorIncident) -> None:
    """What was agreed before it came back says nothing of now; the timeline keeps it."""
    incident.reconciled_at = None
    incident.parties.update(
        agreed_at=None, agreed_words="", objected_at=None, objected_why="", answered_at=None, answer=""
    )


def _place(incident: MajorIncident, party: Party, by: Viewer, what: str) -> OnIt:
    if by.party != party.pk and not by.works_at(incident.lead_id):
        raise Invalid(f"Only {party} {what}, or {incident.lead} records its word.")
    place = OnIt.objects.filter(incident=incident, party=party).select_related("party").first()
    if place is None:
        raise Invalid(f"{party} is not on {incident}; put it on the incident first.")
    return place


def _between(place: OnIt) -> Audience:
    """The lead desk and, where it is in the room, the party."""
    return Audience("party", tuple(place.seats), place.party_id)


def _say(words: str, otherwise: str) -> None:
    if not words.strip():
        raise Invalid(otherwise)
