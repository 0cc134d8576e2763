"""Merkle trees as RFC 6962 hashes them, for trees that are full: the number of leaves is a power of two."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Of leaves, or of the roots of equal subtrees."""
    level = _full(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(hashes: Sequence[bytes], place: int) -> list[bytes]:
    """The sibling on every level, from the bottom: what leads from one leaf to the root."""
    level, path = _full(hashes), []
    while len(level) > 1:
        path.append(level[place ^ 1])
        level, place = _above(level), place >> 1
    return path


def root_from(leaf: bytes, place: int, path: Sequence[bytes]) -> bytes:
    for sibling in path:
        leaf = node_hash(sibling, leaf) if place & 1 else node_hash(leaf, sibling)
        place >>= 1
    return leaf


def _full(hashes: Sequence[bytes]) -> Sequence[bytes]:
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"{len(hashes)} leaves are not a power of two")
    return hashes


def _above(level: Sequence[bytes]) -> list[bytes]:
    return [node_hash(level[n], level[n + 1]) for n in range(0, len(level), 2)]
