"""A time as somebody types it: by the clock in Great Britain, also in the night in which that shows one hour twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from crossdesk.access import Invalid
from crossdesk.kit.time import by_the_dial, now


class LondonTime(forms.DateTimeField):
    """What lies ahead is meant, or behind where it tells when something happened."""

    def __init__(self, *, behind: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.behind = behind

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as refused:
            if refused.code != "ambiguous_timezone":
                raise
            shown: datetime = refused.params["datetime"]  # type: ignore[index]  # that code always brings it
        found = by_the_dial(shown, now(), behind=self.behind)
        if found is None:
            raise ValidationError(f"The clocks skip {shown:%H:%M} that night; give a time before or after it.")
        return found


def moment(written: str, what: str) -> datetime:
    """As the browser's field for it writes one. `what` ends the sentence of a refusal: "begins", "ends"."""
    try:
        found = by_the_dial(datetime.fromisoformat(written), now(), behind=False)
    except ValueError:
        raise Invalid(f"Say the day and the time when it {what}.") from None
    if found is None:
        raise Invalid(f"The clocks skip the time when it {what}; give one before or after it.")
    return found
