"""Making any text of a stranger fit for one line, a database column and a file name."""

import mimetypes
import re
import unicodedata

LONGEST_NAME = 120
RESERVED_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def storable(text: str) -> str:
    """PostgreSQL refuses nul, and UTF-8 has no lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, longest: int = 998) -> str:
    """Without line breaks nothing can add a header; without marks of direction nothing can pose as something else."""
    visible = (" " if is_break(char) else char for char in storable(text) if is_break(char) or not is_hidden(char))
    return " ".join("".join(visible).split())[:longest].rstrip()


def is_break(char: str) -> bool:
    return char.isspace() or char in "\x1c\x1d\x1e\x85\u2028\u2029"


def is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def file_name(name: str, content_type: str, number: int) -> str:
    """Only the last part of a path, nothing hidden, no name that some system reserves, the ending kept."""
    tidy = one_line(unicodedata.normalize("NFC", name), 4000).replace("\\", "/").rsplit("/", 1)[-1]
    tidy = re.sub(r'[<>:"|?*]', "_", tidy).strip(" .")
    if not tidy or RESERVED_NAMES.match(tidy):
        ending = ".eml" if content_type == "message/rfc822" else mimetypes.guess_extension(content_type) or ".bin"
        return f"attachment-{number}{ending}"
    if len(tidy) <= LONGEST_NAME:
        return tidy
    stem, dot, ending = tidy.rpartition(".")
    return f"{stem[: LONGEST_NAME - 12]}.{ending[:10]}" if dot and stem else tidy[:LONGEST_NAME]
