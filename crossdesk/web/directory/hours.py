"""When a desk is open: the days ahead for everybody, the form for its administrators, the versions for its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from procrastinate.contrib.django import app

from crossdesk.access import Invalid, Moved
from crossdesk.clocks.calendars import Said, preview
from crossdesk.clocks.models import Calendar, CalendarVersion
from crossdesk.clocks.opening import REGIONS, Hours
from crossdesk.clocks.picture import days_ahead, state_now
from crossdesk.clocks.timetable import Spell, hours_of
from crossdesk.clocks.week import DAYS, UnreadableWeek, read_day, write_day
from crossdesk.desks.hours import keep_hours
from crossdesk.desks.models import Desk
from crossdesk.desks.policy import why_not_keep_hours
from crossdesk.kit.time import LONDON, clock_time, now
from crossdesk.threads.viewer import verbs
from crossdesk.web.seeing import Seen

RECOUNTING = "clocks.recount"
"""The job that works out the desk's open clocks again. Named and not imported: doors know nothing of each other."""
LONG_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NATIONS = {"england-and-wales": "England and Wales", "scotland": "Scotland", "northern-ireland": "Northern Ireland"}
SPARE = 3
"""Empty rows for closures; each time the page comes back there are as many again."""


@dataclass
class Form:
    """What stands in the fields, and what is wrong with it, by field."""

    days: list[str] = field(default_factory=lambda: [""] * 7)
    region: str = ""
    closures: list[tuple[str, str]] = field(default_factory=list)
    since: str = ""
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [*self.closures, *[("", "")] * SPARE]


@require_http_methods(["GET", "POST"])
def hours_page(request: HttpRequest, pk: int) -> HttpResponse:
    desk = get_object_or_404(Desk.objects.select_related("owner", "provider", "calendar"), pk=pk)
    calendar = desk.calendar or Calendar(name=desk.name)
    if request.method == "GET":
        return _show(request, desk, calendar, _form_of(calendar, now()))
    return _keep(request, desk, calendar, _form_from(request.POST))


def _keep(request: HttpRequest, desk: Desk, calendar: Calendar, form: Form) -> HttpResponse:
    viewer, at = cast(Seen, request).viewer, now()
    said = _said(form)
    if said is None:
        return _show(request, desk, calendar, form, trouble="Look at the marked fields.", status=422)
    try:
        if request.POST.get("show"):
            return _show(request, desk, preview(calendar, said, at), form, unkept=True)
        with verbs():
            kept = keep_hours(desk, said, by=viewer, at=at, seen=_number(request.POST.get("seen", "")))
            app.configure_task(RECOUNTING).defer()
    except Moved as moved:
        fresh = Calendar.objects.get(pk=calendar.pk)
        return _show(request, desk, fresh, form, moved=moved.sentence, status=409)
    except Invalid as refused:
        return _show(request, desk, calendar, form, trouble=refused.sentence, status=422)
    begins = "now" if kept.since <= at else clock_time(kept.since, at)
    messages.success(request, f"Kept as version {kept.number}, from {begins}. Open clocks are worked out again by it.")
    return redirect(f"/directory/desks/{desk.pk}/hours/")


def _show(
    request: HttpRequest, desk: Desk, calendar: Calendar, form: Form, *, trouble: str = "", moved: str = "",
    unkept: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    viewer, at = cast(Seen, request).viewer, now()
    spell = calendar.hours.at(at)
    # What the form was written against stays what it is kept against, unless its writer was just told of another.
    seen = _number(request.POST.get("seen", "")) if request.method == "POST" else calendar.version
    context = {
        "desk": desk,
        "calendar": calendar,
        "spell": spell,
        "planned": [each for each in calendar.hours.spells if each.since > at],
        "days": days_ahead(calendar, at),
        "state": state_now(calendar, at),
        "at": at,
        "versions": list(CalendarVersion.objects.filter(calendar=desk.calendar_id)),
        "why_not": why_not_keep_hours(viewer, desk),
        "form": form,
        "seen": calendar.version if moved else seen,
        "names": LONG_NAMES,
        "nations": [("", "None"), *((key, NATIONS[key]) for key in REGIONS)],
        "nation": NATIONS.get(spell.hours.region, "none"),
        "trouble": trouble,
        "moved": moved,
        "differences": _differences(desk, seen or 0, calendar) if moved else [],
        "unkept": unkept,
        "week_of": _week_of,
    }
    return render(request, "directory/hours.html", context, status=status)


def _form_of(calendar: Calendar, at: datetime) -> Form:
    """As it is now; closures that are over are left out."""
    spell = calendar.hours.at(at)
    today = at.astimezone(LONDON).date()
    ahead = sorted((day.isoformat(), name) for day, name in spell.hours.closures.items() if day >= today)
    return Form([write_day(day) for day in spell.hours.week], spell.hours.region, ahead)


def _form_from(given: QueryDict) -> Form:
    pairs = zip(given.getlist("closure_day"), given.getlist("closure_name"), strict=False)
    closures = [(day.strip(), name.strip()) for day, name in pairs if day.strip() or name.strip()]
    days = [given.get(f"day-{number}", "").strip() for number in range(7)]
    return Form(days, given.get("region", ""), closures, given.get("since", "").strip())


def _said(form: Form) -> Said | None:
    """Nothing where a field cannot be read; the form then says which, and why."""
    parts, closures = [], {}
    for number, written in enumerate(form.days):
        try:
            if segments := read_day(number, written):
                parts.append(f"{DAYS[number]} {write_day(segments)}")
        except UnreadableWeek as wrong:
            form.wrong[f"day-{number}"] = str(wrong)
    for row, (day, name) in enumerate(form.closures):
        try:
            closures[date.fromisoformat(day)] = name
        except ValueError:
            form.wrong[f"closure-{row}"] = f"Give the day of “{name}” as a date." if name else "Give a date."
    try:
        since = datetime.combine(date.fromisoformat(form.since), time(), LONDON) if form.since else None
    except ValueError:
        form.wrong["since"], since = "Give the day as a date, or leave it empty for now.", None
    return None if form.wrong else Said("; ".join(parts), form.region, closures, since)


def _differences(desk: Desk, seen: int, calendar: Calendar) -> list[tuple[str, str, str]]:
    """What the other person changed: what, as it was when this page was opened, as it is now."""
    read = CalendarVersion.objects.filter(calendar=desk.calendar_id, number=seen).first()
    terms = {"week": read.week, "region": read.region, "closures": read.closures} if read else None
    was = _lines(hours_of(terms, calendar.zone) if terms else calendar.hours.spells[0].hours)
    is_ = _lines(next(each.hours for each in calendar.hours.spells if each.number == calendar.version))
    return [(what, was.get(what, ""), is_.get(what, "")) for what in {**was, **is_} if was.get(what) != is_.get(what)]


def _lines(hours: Hours) -> dict[str, str]:
    lines = {name: write_day(day) or "closed" for name, day in zip(LONG_NAMES, hours.week, strict=True)}
    lines["Bank holidays"] = NATIONS.get(hours.region, "none")
    return lines | {f"{day.day} {day:%b %Y}": name for day, name in sorted(hours.closures.items())}


def _week_of(spell: Spell) -> list[tuple[str, str]]:
    """Days that follow each other with the same hours are one line."""
    lines: list[tuple[int, int, str]] = []
    for number, day in enumerate(spell.hours.week):
        words = write_day(day) or "closed"
        if lines and lines[-1][2] == words:
            lines[-1] = (lines[-1][0], number, words)
        else:
            lines.append((number, number, words))
    return [(DAYS[a] if a == b else f"{DAYS[a]} to {DAYS[b]}", words) for a, b, words in lines]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None
