"""Writing an update: drafted and amended by the lead desk, looked at as each audience would read it, then released."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from crossdesk import rulebook
from crossdesk.access import Invalid
from crossdesk.kit.names import safe_name
from crossdesk.majors import policy
from crossdesk.majors.models import MajorIncident
from crossdesk.majors.moving import moving, told
from crossdesk.notices import guard
from crossdesk.notices.models import Briefing, Enclosure, Line
from crossdesk.notices.reaching import Addressee, addressees, secrets_of
from crossdesk.notices.sheet import NARROWEST, Sheet, audience, rendered, tidy
from crossdesk.threads.models import Thread
from crossdesk.threads.viewer import Viewer, verbs

State = Briefing.State
LARGEST_FILE = 2 * 1024 * 1024
MOST_FILES = 5


@dataclass(frozen=True)
class Preview:
    """What one audience would read, who that is, and why it may not leave, if so."""

    key: str
    name: str
    words: str
    to: Sequence[Addressee]
    files: Sequence[str]
    second_person: bool
    objections: Sequence[str]

    @property
    def letters(self) -> int:
        return sum(bool(each.address) and not each.quiet for each in self.to)


def draft(incident: MajorIncident, sheet: Sheet, *, by: Viewer, at: datetime) -> Briefing:
    """The one update in hand: begun, or written anew while it is a draft."""
    kept = tidy(sheet)
    with moving(incident, "draft_update", by=by, at=at) as thread:
        briefing = in_hand(incident) or Briefing(incident=incident, number=incident.briefings.count() + 1)
        require_draft(briefing, at)
        briefing.title, briefing.audiences, briefing.next_update_by = (
            kept.title,
            list(kept.audiences),
            kept.next_update_by,
        )
        briefing.written_at, briefing.seats = at, [incident.lead.seat_id]
        briefing.save()
        briefing.lines.all().delete()
        Line.objects.bulk_create(
            Line(
                briefing=briefing, number=number, part=line.part, words=line.words, mark=line.mark, seats=briefing.seats
            )
            for number, line in enumerate(kept.lines, 1)
        )
        tell(thread, briefing, "draft_update", by, at)
        return briefing


def enclose(
    briefing: Briefing, name: str, content: bytes, media_type: str, *, mark: str = NARROWEST, by: Viewer, at: datetime
) -> Enclosure:
    audience(mark)
    if not content:
        raise Invalid("That file is empty; nothing was enclosed.")
    if len(content) > LARGEST_FILE:
        raise Invalid(f"A file that goes with an update has at most {LARGEST_FILE // 1024**2} MB.")
    with holding(briefing, "draft_update", by=by, at=at) as thread:
        require_draft(briefing, at)
        if briefing.enclosures.count() >= MOST_FILES:
            raise Invalid(f"An update carries at most {MOST_FILES} files.")
        kept = Enclosure.objects.create(
            briefing=briefing,
            name=safe_name(name, "file"),
            media_type=media_type[:100],
            content=content,
            mark=mark,
            seats=briefing.seats,
        )
        tell(thread, briefing, "draft_update", by, at, file=kept.pk)
        return kept


def leave_out(enclosure: Enclosure, *, by: Viewer, at: datetime) -> None:
    briefing = enclosure.briefing
    with holding(briefing, "draft_update", by=by, at=at) as thread:
        require_draft(briefing, at)
        tell(thread, briefing, "draft_update", by, at, left_out=enclosure.pk)
        enclosure.delete()


@contextmanager
def holding(briefing: Briefing, move: str, *, by: Viewer, at: datetime) -> Iterator[Thread]:
    """The incident's thread is locked, so two who press at once come one after the other."""
    incident = MajorIncident(pk=briefing.incident_id)
    with moving(incident, move, by=by, at=at) as thread:
        briefing.refresh_from_db()
        briefing.incident = incident
        yield thread
        briefing.save()


def tell(
    thread: Thread, briefing: Briefing, move: str, by: Viewer, at: datetime, words: str = "", **facts: object
) -> None:
    """What is done with an update is the lead desk's own until it is out."""
    incident = briefing.incident
    told(thread, incident, move, words, by, at, audience=incident.internal(), number=briefing.number, **facts)


def previews(briefing: Briefing, *, by: Viewer) -> list[Preview]:
    """For the lead desk's people only: nobody else may know who else is told."""
    with verbs():
        incident = MajorIncident.objects.select_related("lead__owner", "lead__seat").get(pk=briefing.incident_id)
        policy.require(by, "draft_update", incident)
        return looked_at(incident, briefing)


def looked_at(incident: MajorIncident, briefing: Briefing) -> list[Preview]:
    """Inside `verbs()`, as the rows are now."""
    lines, files = list(briefing.lines.all()), list(briefing.enclosures.all())
    secrets, everybody = secrets_of(incident), addressees(incident, briefing.audiences)
    found = []
    for key in briefing.audiences:
        reader, plan = audience(key), rulebook.current().plan(key, incident.scenario)
        words = rendered(lines, key, briefing.next_update_by)
        because = guard.objections(reader, briefing.title, lines, files, secrets)
        if not words:
            because = [f"No line is marked for {reader.name.lower()}; mark one, or leave them out."]
        found.append(
            Preview(
                key,
                reader.name,
                words,
                [each for each in everybody if each.audience == key],
                [file.name for file in files if reader.order <= audience(file.mark).order],
                reader.market_wide or (plan is not None and plan.approval == "second-person"),
                because,
            )
        )
    return found


def in_hand(incident: MajorIncident) -> Briefing | None:
    return incident.briefings.filter(state__in=[State.DRAFT, State.ASKED, State.LEAVING]).first()


def require_draft(briefing: Briefing, at: datetime) -> None:
    if briefing.state == State.ASKED:
        raise Invalid(
            f"{briefing} waits for a second person, as {briefing.asked_name} wrote it."
            " Take it back first; then it can be changed."
        )
    if briefing.state == State.LEAVING:
        raise Invalid(f"{briefing} is about to leave; stop it first, then it can be changed.")
    if not briefing.in_hand:
        raise Invalid(f"{briefing} is {briefing.get_state_display().lower()}; write the next one.")
