"""The tree hashes as RFC 6962 says: its published test leaves, and any leaf of any tree leads to the root."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.proof.merkle import leaf_hash, path_of, root_from, root_of

PUBLISHED_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    )
]  # fmt: skip
hashes = st.integers(0, 7).flatmap(
    lambda depth: st.lists(st.binary(min_size=32, max_size=32), min_size=1 << depth, max_size=1 << depth)
)


@pytest.mark.parametrize(
    ("leaves", "root"),
    [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_the_published_trees(leaves: int, root: str) -> None:
    assert root_of([leaf_hash(leaf) for leaf in PUBLISHED_LEAVES[:leaves]]).hex() == root


@given(hashes, st.data())
def test_every_leaf_leads_to_the_root_and_no_other_place_does(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    path, root = path_of(leaves, place), root_of(leaves)
    assert root_from(leaves[place], place, path) == root
    other = data.draw(st.integers(0, len(leaves) - 1))
    if leaves[other] != leaves[place]:
        assert root_from(leaves[other], place, path) != root


@given(hashes, st.data())
def test_blocks_and_their_roots_make_the_same_path_as_the_whole(leaves: list[bytes], data: st.DataObject) -> None:
    """So an anchor keeps the roots of its blocks and reads one block for a path."""
    place = data.draw(st.integers(0, len(leaves) - 1))
    size = data.draw(st.sampled_from([1 << n for n in range(len(leaves).bit_length())]))
    blocks = [leaves[n : n + size] for n in range(0, len(leaves), size)]
    roots = [root_of(block) for block in blocks]
    assert root_of(roots) == root_of(leaves)
    block, within = divmod(place, size)
    assert path_of(blocks[block], within) + path_of(roots, block) == path_of(leaves, place)


@pytest.mark.parametrize("number", [0, 3, 6])
def test_a_tree_that_is_not_full_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not a power of two"):
        root_of([bytes(32)] * number)
