"""Making any text of a stranger fit for one line, a database column and a file name."""

import mimetypes
import unicodedata

from crossdesk.kit.names import safe_name


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
    """A stranger's file under a harmless name; one without a name gets a number and the ending of its type."""
    ending = ".eml" if content_type == "message/rfc822" else mimetypes.guess_extension(content_type) or ".bin"
    return safe_name(storable(name), otherwise=f"attachment-{number}{ending}")
