"""File names that are safe to store, to show and to hand back in a download."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, bidirectional and unassigned: they disguise a name
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def safe_name(name: str, otherwise: str = "file") -> str:
    """The last part of a path, without anything that a file system, a header or a reader's eye would trip over."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(" " if c in "\t\r\n" else "" if unicodedata.category(c) in _HIDDEN else c for c in last)
    tidy = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*%;]', "_", plain)).strip(" .")
    if not tidy:
        return otherwise
    return _shortened(f"_{tidy}" if _RESERVED.match(tidy) else tidy)


def extension(name: str) -> str:
    """Lower case and without its dot; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    ending = f".{name.rpartition('.')[2]}" if 0 < len(extension(name)) <= 10 else ""
    return name[: LONGEST - len(ending)].rstrip(" .") + ending
