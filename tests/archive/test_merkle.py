"""The tree of RFC 6962, held against known roots and against itself."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic.seal import merkle

LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The leaves of the test vectors of Certificate Transparency (google/certificate-transparency, merkletree tests)."""
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""Of the first one, two, ... of them."""


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root([merkle.leaf(one) for one in LEAVES[:size]]).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert merkle.root([]) == sha256(b"").digest()


SIZES = st.integers(1, 70)


def tree(size: int) -> list[bytes]:
    return [merkle.leaf(str(at).encode()) for at in range(size)]


@given(SIZES, st.data())
def test_a_leaf_is_proven_and_no_other(size: int, data: st.DataObject) -> None:
    leaves, index = tree(size), data.draw(st.integers(0, size - 1))
    proof, root = merkle.inclusion(leaves, index), merkle.root(leaves)
    assert merkle.includes(leaves[index], index, size, proof, root)
    assert not merkle.includes(merkle.leaf(b"x"), index, size, proof, root)
    assert not merkle.includes(leaves[index], index, size, [*proof, root], root)
    for at in range(len(proof)):
        wrong = [*proof[:at], merkle.leaf(b"x"), *proof[at + 1 :]]
        assert not merkle.includes(leaves[index], index, size, wrong, root)
        assert not merkle.includes(leaves[index], index, size, proof[:at], root)


@given(SIZES, st.data())
def test_a_tree_goes_on_from_a_smaller_one_and_from_no_other(size: int, data: st.DataObject) -> None:
    leaves, old = tree(size), data.draw(st.integers(0, size))
    old_root, root, proof = merkle.root(leaves[:old]), merkle.root(leaves), merkle.consistency(leaves, old)
    assert merkle.goes_on(old, old_root, size, root, proof)
    if 0 < old < size:
        other = merkle.root([merkle.leaf(b"x"), *leaves[1:old]])
        assert not merkle.goes_on(old, other, size, root, proof)
        assert not merkle.goes_on(old, old_root, size, merkle.leaf(b"x"), proof)
        assert not merkle.goes_on(old, old_root, size, root, [*proof, root])
        for at in range(len(proof)):
            assert not merkle.goes_on(old, old_root, size, root, [*proof[:at], merkle.leaf(b"x"), *proof[at + 1 :]])
            assert not merkle.goes_on(old, old_root, size, root, proof[:at])
