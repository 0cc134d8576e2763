"""Lines of CSV that a spreadsheet shows as text: what begins like a formula is never run."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(*cells: object) -> str:
    return ",".join(_cell(str(cell)) for cell in cells) + "\r\n"


def _cell(text: str) -> str:
    """An apostrophe before a formula is the mark by which spreadsheets take what follows as text."""
    safe = f"'{text}" if text.startswith(FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if any(sign in safe for sign in ',;"\r\n\t') else safe
