"""The words of our letters: one folder for each kind, with a subject and a text marked for the page."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from crossdesk.exchange.letters import marks
from crossdesk.kit.time import london


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - plain text, where escaping would show
        loader=PackageLoader("crossdesk.exchange", "wording"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=marks.kept,
    )
    environment.filters["uk_time"] = lambda at: f"{london(at):%d %b %Y, %H:%M %Z}" if at else ""
    environment.filters |= {"heading": marks.heading, "said": marks.said, "due": marks.due, "act": marks.link}
    return environment


def worded(kind: str, **context: Any) -> tuple[str, str]:
    """Subject and text, with its marks."""
    subject = _environment().get_template(f"{kind}/subject.txt").render(**context)
    text = _environment().get_template(f"{kind}/text.txt").render(**context)
    return " ".join(subject.split()), text.strip()
