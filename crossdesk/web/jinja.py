"""The Jinja2 environment of every page: addresses, assets, and how times, spans and counts are shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.text import slugify
from jinja2 import Environment, StrictUndefined

from crossdesk.kit.time import clock_time, london, now, until, zone


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def when(at: datetime) -> str:
    """A moment told in full, for where no day stands above it."""
    here = london(at)
    return f"{here.day} {here:%b %Y, %H:%M}"


def day(at: datetime) -> str:
    here = london(at)
    return f"{here.day} {here:%b}" if here.year == london(now()).year else f"{here.day} {here:%b %Y}"


def day_of(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def span(length: timedelta) -> str:
    """How long, as people say it: "6 m", "1 h 02 m", "1 d 6 h". The sign is the caller's to put in words."""
    minutes = int(abs(length.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} m"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60:02} m"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"


def left(due: datetime, at: datetime | None = None) -> str:
    rest = due - (at or now())
    return f"{span(rest)} over" if rest < timedelta() else f"{span(rest)} left"


def short_time(at: datetime, ref: datetime | None = None) -> str:
    return clock_time(at, ref or now())


def until_words(end: datetime) -> str:
    return until(end, now())


def iso(at: datetime) -> str:
    return london(at).isoformat(timespec="seconds")


def count(number: int) -> str:
    return f"{number:,}"


def size(number: int) -> str:
    """Of a file, in the unit people think in."""
    if number < 1000:
        return f"{number} byte{'' if number == 1 else 's'}"
    return f"{number / 1000:.0f} KB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def share(percent: float) -> str:
    """For the measure of a bar: never outside it, and always a number, so nothing else can get into a style."""
    return f"{min(max(float(percent), 0), 100):.4g}%"


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


FILTERS = {
    "clock_time": short_time,
    "when": when,
    "zone": zone,
    "day": day,
    "day_of": day_of,
    "span": span,
    "left": left,
    "iso": iso,
    "until": until_words,
    "count": count,
    "share": share,
    "bytes": size,
    "initials": initials,
    "slug": slugify,
}


def environment(**options: Any) -> Environment:
    options["undefined"] = StrictUndefined
    env = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    env.globals.update(static=static, url=url, now=now)
    env.filters.update(FILTERS)
    return env
