"""Whether the rules of what is noticed fit together: each detector judges a figure, and groups by what there is."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Rulebook
from .operations import Wrong

KINDS = ("failing", "slow", "missing")
SIDES = ("sender", "recipient", "endpoint", "dip")
GROUPS = ("interface", "event", "code", "side", "sender", "recipient")
FIGURES = ("keep-days", "keep-messages-days", "ahead-minutes", "shown-from", "silent-minutes", "slow-seconds")
"""The rows of `[[figure]]` that the reading of feeds asks for."""


def faults(book: Rulebook) -> Iterator[Wrong]:
    for key, row in book.detectors.items():
        if wrong := [each for each in row.by if each not in GROUPS]:
            yield "detectors", key, f"`by` names {wrong[0]}.", f"Use: {', '.join(GROUPS)}."
        if wrong := [each for each in row.sides if each not in SIDES]:
            yield "detectors", key, f"`sides` names {wrong[0]}.", f"Use: {', '.join(SIDES)}."
        if row.minutes <= 0:
            yield "detectors", key, "Its window has no length.", "Give `minutes` above 0."
        if row.kind != "missing" and not (row.mpans or row.messages or row.senders or row.recipients):
            yield (
                "detectors",
                key,
                "It judges nothing.",
                "Give `mpans`, `messages`, `senders` or `recipients` a figure.",
            )
        if row.kind == "slow" and row.slower_than_seconds <= 0:
            yield "detectors", key, "Nothing is slow to it.", "Give `slower_than_seconds` above 0."
        if row.kind == "missing" and not 0 < row.below_percent < 100:
            yield "detectors", key, "No flow is missing to it.", "Give `below_percent` between 1 and 99."
        if not row.desk or not row.query_type:
            yield "detectors", key, "What it notices is proposed to nobody.", "Name `desk` and `query_type`."
    for key in FIGURES:
        if book.detectors and key not in book.signal_figures:
            yield "signal_figures", key, "The figure is missing.", f'Add a [[figure]] with key = "{key}".'
    for key, figure in book.signal_figures.items():
        if figure.figure <= 0:
            yield "signal_figures", key, "The figure is not above 0.", "Give a whole number above 0."
