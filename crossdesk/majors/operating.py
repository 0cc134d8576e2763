"""Special operations for a declared major incident; they end with it at the latest."""

from __future__ import annotations

from datetime import datetime

from crossdesk.access import WrongStage
from crossdesk.majors.lifecycle import State
from crossdesk.majors.models import MajorIncident
from crossdesk.operations import entering
from crossdesk.operations.entering import Cause, Declaration
from crossdesk.operations.models import Period
from crossdesk.threads.models import Entry, Thread
from crossdesk.threads.viewer import Viewer, verbs


def enter_for(incident: MajorIncident, said: Declaration, *, by: Viewer, at: datetime) -> Period:
    with verbs():
        thread = Thread.objects.select_for_update().get(pk=incident.pk)
        incident.refresh_from_db()
        if incident.state != State.DECLARED:
            raise WrongStage(f"{incident} is {incident.get_state_display().lower()}; only a declared one is a cause.")
        systems = said.systems or ((incident.system,) if incident.system else ())
        said = Declaration(said.scope, systems, said.authority, said.why, said.ends_at)
        return entering.enter(said, Cause(incident.reference, thread), by=by, at=at)


def follow_close(entry: Entry) -> None:
    """A reaction: with its incident closed there is nothing left in scope."""
    entering.end_with(entry.thread, "The major incident was closed.", entry.recorded_at)
