"""A file somebody gives: read whole and bounded, told apart by its bytes, under a name that is safe to keep."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from crossdesk.kit import filetypes
from crossdesk.kit.names import safe_name
from crossdesk.kit.refusal import Unusable

LARGEST = 25 * 2**20
CHUNK = 256 * 2**10


@dataclass(frozen=True)
class Given:
    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()

    def chunks(self) -> list[bytes]:
        return [self.content[start : start + CHUNK] for start in range(0, len(self.content), CHUNK)]


def read(name: str, chunks: Iterable[bytes]) -> Given:
    """Unusable says why not."""
    name = safe_name(name)
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST:
            raise Unusable(f"“{name}” is larger than 25 MB; cut out the part that shows the issue and add that.")
    if not content:
        raise Unusable(f"“{name}” is empty; choose the file again.")
    return Given(name, filetypes.accept(name, io.BytesIO(content)).media_type, bytes(content))
