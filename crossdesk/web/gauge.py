"""A count drawn against edges: one scale for the case page and the war room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crossdesk.rulebook.rows.row import Threshold

ROUND_TO = (10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000)


def scale(total: int, edges: Iterable[int]) -> int:
    """A round number with some room above the highest of them."""
    highest = max([total, *edges, 1]) * 8 // 7 + 1
    step = next((step for step in ROUND_TO if highest <= step * 10), ROUND_TO[-1])
    return -(-highest // step) * step


def edge(column: str, threshold: Threshold, total: int, whole: int) -> dict[str, Any]:
    at = 100 * threshold.count / whole
    label = f"{'from' if threshold.inclusive else 'over'} {threshold.count:,}: {column}"
    crossed = threshold.crossed({threshold.measure: total})
    return {"at": at, "label": label, "flip": at > 60, "column": column, "crossed": crossed}


def aloud(total: int, noun: str, whole: int, edges: Iterable[dict[str, Any]]) -> str:
    told = [f"{each['label']}, {'crossed' if each['crossed'] else 'not crossed'}" for each in edges]
    return f"{total:,} {noun} of a scale to {whole:,}. {'; '.join(told)}"
