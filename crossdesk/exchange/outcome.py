"""What became of a letter, in one word and one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from crossdesk.cases.legs import Leg
from crossdesk.exchange.models import RawMail
from crossdesk.exchange.places import Place
from crossdesk.threads.models import Entry


@dataclass(frozen=True)
class Outcome:
    fate: str
    why: str
    place: Place | None = None
    entry: Entry | None = None

    def write(self, mail: RawMail) -> None:
        """A letter that needs a person goes to the desk whose conversation it seems to join."""
        mail.fate, mail.why, mail.entry = self.fate, self.why[:500], self.entry
        if self.place:
            mail.case_id, mail.leg_id = self.place.case, self.place.leg
            mail.seats = _seats(mail, self.place)
        mail.save()


def _seats(mail: RawMail, place: Place) -> list[int]:
    if place.leg is not None:
        leg = Leg.objects.select_related("from_desk", "case").get(pk=place.leg)
        return [leg.case.seat_for(leg.from_desk.seat_id)]
    return [mail.case.seat_for(mail.case.owner.seat_id)] if mail.case else mail.seats
