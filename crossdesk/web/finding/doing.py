"""What can be done from here: the verbs of the case on the page, and the places to go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from crossdesk.cases import lifecycle, policy
from crossdesk.cases.models import Case
from crossdesk.cases.questions import find_case, read_case
from crossdesk.cases.queue import views
from crossdesk.cases.widened import opened_for
from crossdesk.desks.models import Desk
from crossdesk.kit.time import now
from crossdesk.majors.questions import find_incident
from crossdesk.threads.viewer import Viewer
from crossdesk.web.console.acts import ENGAGE
from crossdesk.web.console.controls import case_controls, leg_controls, others_controls
from crossdesk.web.majors.acts import buttons
from crossdesk.web.shell import shell


@dataclass(frozen=True)
class Item:
    """One line of the palette: where it leads, or the sentence that says why not."""

    icon: str
    label: str
    url: str
    key: str = ""
    why_not: str = ""
    what: str = ""


def verbs_of(reference: str, viewer: Viewer, sought: str) -> Iterator[Item]:
    """The buttons of that case's page whose name holds the words; those one may use come first."""
    case = find_case(reference)
    if case is None:
        yield from _in_the_room(reference, viewer, sought)
        return
    items = [item for item in _controls(case, viewer) if _holds(item.label, sought)]
    yield from sorted(items, key=lambda item: bool(item.why_not))
    yield from _engage_by_name(case, viewer, sought)


def _in_the_room(reference: str, viewer: Viewer, sought: str) -> Iterator[Item]:
    incident = find_incident(reference)
    if incident is None:
        return
    offered = buttons(incident, viewer)
    for each in (*offered.steps, *offered.beside.values()):
        if _holds(each.label, sought):
            yield Item("pen", f"{each.label}, {incident}", f"/majors/{incident}/{each.path}", why_not=each.why_not)


def _controls(case: Case, viewer: Viewer) -> Iterator[Item]:
    file = read_case(case, viewer)
    told = [(f"{each.label}, {case}", each) for each in (*case_controls(file), *others_controls(file))]
    for leg in file.legs:
        told += [(f"{each.label}, leg to {leg.to_desk}", each) for each in leg_controls(file, leg)]
    for label, each in told:
        yield Item("pen", label, f"/cases/{case}/{each.path}", why_not=each.why_not)


def _engage_by_name(case: Case, viewer: Viewer, sought: str) -> Iterator[Item]:
    """ "engage penn" goes straight to what Pennine Grid's desk would read."""
    verb, _, name = sought.partition(" ")
    if verb.lower() != "engage" or not name.strip() or not viewer.works_at(case.owner_id):
        return
    refusal = policy.why_not(viewer, ENGAGE.move, case)
    if ENGAGE.move not in lifecycle.possible(case.stage):
        return
    opened = opened_for(case.owner, case, now())
    for desk in desks_named(name.strip(), 5):
        if desk.pk != case.owner_id:
            why = refusal or policy.may_engage(case.owner, desk, opened) or ""
            yield Item("link", f"Engage {desk}, {case}", f"/cases/{case}/engagement?to={desk.pk}", why_not=why)


def desks_named(words: str, at_most: int) -> list[Desk]:
    found = Desk.objects.select_related("owner")
    for word in words.split():
        found = found.filter(name__icontains=word)
    return list(found[:at_most])


def places(request: HttpRequest, viewer: Viewer, sought: str) -> Iterator[Item]:
    frame = shell(request)
    for place in (*frame["nav"].bar, *frame["nav"].more):
        yield Item("eye", place["label"], place["url"], key=place.get("key", ""))
    if viewer.desks and sought:
        for view in views(now(), viewer.person):
            yield Item("eye", f"Queue: {view.label}", f"/queue/?view={view.key}")
    for major in frame["live_majors"] if sought else ():
        yield Item("warning", f"{major} {major.title}", f"/majors/{major}/")
    yield Item("book", "The market's rules", "/rules/")
    yield Item("lock", "Sign-in and security", "/account/2fa/")


def places_named(request: HttpRequest, viewer: Viewer, sought: str) -> list[Item]:
    return [item for item in places(request, viewer, sought) if _holds(item.label, sought)]


def _holds(label: str, sought: str) -> bool:
    return all(word in label.lower() for word in sought.lower().split())
