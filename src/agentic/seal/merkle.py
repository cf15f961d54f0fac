"""A Merkle tree over leaves: RFC 6962, section 2.1 (the same as RFC 9162).

With its proofs: that a leaf is in a tree, and that a tree goes on from a smaller one.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf(content: bytes) -> bytes:
    """The hash of one leaf; the zero byte keeps it apart from a node."""
    return sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two that stand side by side."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Of hashed leaves, in their order."""
    frontier = Frontier()
    for one in leaves:
        frontier.add(one)
    return frontier.root


class Frontier:
    """A tree that grows leaf by leaf; of it are kept the roots of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """One leaf more: as many subtrees close as its number ends on one bits."""
        self.size += 1
        at = self.size
        while at % 2 == 0:
            hashed = node(self.subtrees.pop(), hashed)
            at //= 2
        self.subtrees.append(hashed)

    @property
    def root(self) -> bytes:
        """Of everything so far."""
        if not self.subtrees:
            return EMPTY
        *rest, found = self.subtrees
        for one in reversed(rest):
            found = node(one, found)
        return found


def split(size: int) -> int:
    """The largest power of two below a size (2 and more): as many leaves stand in the left half."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root, from the leaf upwards (PATH, 2.1.1)."""
    if len(leaves) <= 1:
        return []
    half = split(len(leaves))
    if index < half:
        return [*inclusion(leaves[:half], index), root(leaves[half:])]
    return [*inclusion(leaves[half:], index - half), root(leaves[:half])]


def includes(hashed: bytes, index: int, size: int, proof: Sequence[bytes], whole: bytes) -> bool:
    """Is this the leaf at `index` of the tree of `size` leaves with that root?"""
    if not 0 <= index < size:
        return False
    found = climb(hashed, index, size, list(proof))
    return found == whole


def climb(hashed: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that a leaf and its proof make; None where the proof is longer or shorter than the way."""
    if size == 1:
        return None if proof else hashed
    if not proof:
        return None
    beside, half = proof.pop(), split(size)
    if index < half:
        below = climb(hashed, index, half, proof)
        return below and node(below, beside)
    below = climb(hashed, index - half, size - half, proof)
    return below and node(beside, below)


def consistency(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that lead from the tree of the first `old` leaves to that of all (PROOF, 2.1.2)."""
    return subproof(leaves, old, known=True) if 0 < old < len(leaves) else []


def subproof(leaves: Sequence[bytes], old: int, *, known: bool) -> list[bytes]:
    """`known`: is this subtree the old tree, whose root the reader has?"""
    if old == len(leaves):
        return [] if known else [root(leaves)]
    half = split(len(leaves))
    if old <= half:
        return [*subproof(leaves[:half], old, known=known), root(leaves[half:])]
    return [*subproof(leaves[half:], old - half, known=False), root(leaves[:half])]


def goes_on(old: int, old_root: bytes, size: int, whole: bytes, proof: Sequence[bytes]) -> bool:
    """Does the tree of `size` leaves begin with the tree of `old` ones?"""
    if old > size:
        return False
    if old in (0, size):
        return not proof and (whole == old_root if old == size else old_root == EMPTY)
    left = list(proof)
    found = both(old, size, left, old_root, known=True)
    return not left and found == (old_root, whole)


def both(old: int, size: int, proof: list[bytes], old_root: bytes, *, known: bool) -> tuple[bytes, bytes] | None:
    """(Old root, new root) of one subtree, as a proof tells; None where it ends too early. The proof is read from its end."""
    if old == size:
        one = old_root if known else proof.pop() if proof else None
        return (one, one) if one is not None else None
    if not proof:
        return None
    beside, half = proof.pop(), split(size)
    if old <= half:
        left = both(old, half, proof, old_root, known=known)
        return left and (left[0], node(left[1], beside))
    right = both(old - half, size - half, proof, old_root, known=False)
    return right and (node(beside, right[0]), node(beside, right[1]))
